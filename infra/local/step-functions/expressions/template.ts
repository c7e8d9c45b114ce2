/** Evaluates the expression found at a place such as `Arguments/FunctionName`. */
export type EvaluateAt = (expression: string, location: string) => Promise<unknown>;

/** The JSONata in `{% … %}`, or undefined when the text stands for itself. */
export function expressionIn(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith('{%') || !text.endsWith('%}')) return undefined;
  return text.slice(2, -2).trim();
}

/** Fills a JSON template: strings in `{% %}` are replaced by what they evaluate to, all else stands for itself. */
export async function fill(template: unknown, location: string, evaluateAt: EvaluateAt): Promise<unknown> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateAt(expression, location);
  }
  if (Array.isArray(template)) {
    const items: unknown[] = [];
    for (const [index, item] of template.entries()) items.push(await fill(item, `${location}[${index}]`, evaluateAt));
    return items;
  }
  if (template !== null && typeof template === 'object') {
    const entries: [string, unknown][] = [];
    for (const [key, value] of Object.entries(template)) {
      entries.push([key, await fill(value, `${location}/${key}`, evaluateAt)]);
    }
    return Object.fromEntries(entries);
  }
  return template;
}
