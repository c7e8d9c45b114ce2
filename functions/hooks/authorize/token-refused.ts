/** The token is nobody's who may come in; `message` says why, and holds nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}
