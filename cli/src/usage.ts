/** The user asked for something that cannot be done as asked. The message is all that is shown. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
