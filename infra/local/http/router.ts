export interface GatewayRoute {
  readonly method: string;
  /** A resource under the stage: `/services/{service}`. */
  readonly path: string;
  readonly functionName: string;
}

export interface RouteMatch<Route> {
  readonly route: Route;
  /** Still percent-encoded, as REST APIs hand them over; null when the path has none. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

interface Resource<Route> {
  readonly children: Map<string, Resource<Route>>;
  readonly methods: Map<string, Route>;
  variable?: { readonly name: string; readonly resource: Resource<Route> };
}

export type Router<Route> = (method: string, path: string) => RouteMatch<Route> | undefined;

/**
 * A router by API Gateway's rules: literal segments win over variables, a resource without the method is passed over,
 * one slash at the end does not matter, and a variable is never empty. Literals are compared as they are sent.
 * @throws Error for routes that AWS would refuse
 */
export function createRouter<Route extends GatewayRoute>(routes: readonly Route[]): Router<Route> {
  const root = createResource<Route>();
  for (const route of routes) addRoute(root, route);

  return (method, path) => {
    const segments = splitPath(path);
    const values: string[] = [];
    const names: string[] = [];
    const route = findRoute(root, method, segments, 0, names, values);
    if (route === undefined) return undefined;
    return { route, pathParameters: values.length > 0 ? zip(names, values) : null };
  };
}

function createResource<Route>(): Resource<Route> {
  return { children: new Map(), methods: new Map() };
}

function addRoute<Route extends GatewayRoute>(root: Resource<Route>, route: Route): void {
  let resource = root;
  for (const segment of splitPath(route.path)) resource = addSegment(resource, segment, route.path);
  if (resource.methods.has(route.method)) throw new Error(`${route.method} ${route.path} is there twice`);
  resource.methods.set(route.method, route);
}

function addSegment<Route>(parent: Resource<Route>, segment: string, path: string): Resource<Route> {
  const name = /^\{([\w.-]+)\}$/.exec(segment)?.[1];
  if (name !== undefined) {
    parent.variable ??= { name, resource: createResource() };
    if (parent.variable.name === name) return parent.variable.resource;
    throw new Error(`${path}: a sibling of {${name}} is the variable {${parent.variable.name}}, and only one may be`);
  }
  if (/[{}]/.test(segment)) throw new Error(`${path}: ${segment} is neither a literal nor a variable`);
  const child = parent.children.get(segment) ?? createResource();
  parent.children.set(segment, child);
  return child;
}

/** Depth first; `names` and `values` hold the variables on the way to the resource. */
function findRoute<Route>(
  resource: Resource<Route>,
  method: string,
  segments: readonly string[],
  depth: number,
  names: string[],
  values: string[],
): Route | undefined {
  const segment = segments[depth];
  if (segment === undefined) return resource.methods.get(method);

  const child = resource.children.get(segment);
  const route = child && findRoute(child, method, segments, depth + 1, names, values);
  if (route !== undefined || resource.variable === undefined || segment === '') return route;

  names.push(resource.variable.name);
  values.push(segment);
  const found = findRoute(resource.variable.resource, method, segments, depth + 1, names, values);
  if (found === undefined) {
    names.pop();
    values.pop();
  }
  return found;
}

function splitPath(path: string): string[] {
  const inner = path.slice(1, path.endsWith('/') ? -1 : undefined);
  return inner === '' ? [] : inner.split('/');
}

function zip(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}
