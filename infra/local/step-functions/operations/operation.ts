/** Answers requests by the name of their operation; input and output are the members of the AWS model. */
export type Operations = Readonly<Record<string, (input: never) => unknown>>;
