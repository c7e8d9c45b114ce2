import type { Role } from './roles.ts';

/** Who a caller has shown to be. */
export interface Identity {
  /** Tells it from all others, in letters, digits and punctuation that need no escape in a log. */
  readonly id: string;
  /** What its token's maker, or its issuer, calls it: any text. */
  readonly name: string;
  readonly role: Role;
  /** The only one that it may act for. */
  readonly service?: string;
  /** Until when, since the epoch. */
  readonly expireSeconds?: number;
}
