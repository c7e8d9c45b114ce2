/** An issuer whose JWTs are taken, and what they say of their bearers. */
export interface OidcSettings {
  /** As in the tokens' `iss`; its keys are where its discovery document says. */
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds one of our roles, or a list of which some are. */
  readonly roleClaim: string;
  /** The claim that holds the service of an agent. */
  readonly serviceClaim: string;
}
