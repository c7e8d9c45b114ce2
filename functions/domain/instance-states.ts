/** Where an instance of a deployment stands. */
export const instanceStates = [
  /** Not told anything yet. */
  'pending',
  'told',
  /** Runs the version, and is not yet well. */
  'settling',
  'updated',
  'failed',
  /** To go back to its previous version. */
  'undoing',
  'undone',
  'undoFailed',
] as const;

export type InstanceState = (typeof instanceStates)[number];
