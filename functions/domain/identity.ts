import type { Role } from './roles.ts';

/** Who a caller has shown to be. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** The only one that it may act for. */
  readonly service?: string;
  /** Until when, since the epoch. */
  readonly expireSeconds?: number;
  /** Of which of our tokens, where it is one. */
  readonly id?: string;
}
