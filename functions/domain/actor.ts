/** Who does something: a person by name, or the service manager itself. */
export interface Actor {
  readonly name: string;
  readonly role: string;
}
