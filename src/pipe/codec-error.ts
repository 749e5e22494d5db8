/** What a codec could not do. */
export const CODEC_ERRORS = {
  /** There are no bytes for the value. Nothing was sent. */
  EncodeFailed: 'the value cannot be encoded',
  /** The message stands for no value. It was taken from the pipe; those behind it are still there. */
  DecodeFailed: 'the message cannot be decoded',
} as const;

/** The name of one kind of {@link CodecError}. */
export type CodecErrorCode = keyof typeof CODEC_ERRORS;

/**
 * A value could not be made bytes, or bytes no value. The pipe goes on: neither closes it.
 *
 * @example
 * ```ts
 * import { CodecError, connectedMessagePipes, jsonCodec, TypedPipe } from 'vmbus-ring';
 *
 * const [sender, receiver] = connectedMessagePipes({ ringBytes: 4096 });
 * const values = new TypedPipe(receiver, jsonCodec<number>());
 * sender.trySend(new TextEncoder().encode('{'));
 * sender.trySend(new TextEncoder().encode('7'));
 * await values.receive().catch((error) => error instanceof CodecError && error.code); // 'DecodeFailed'
 * await values.receive(); // 7
 * ```
 */
export class CodecError extends Error {
  /** Always this: what `error.name` is. */
  override readonly name = 'CodecError';
  /** What is wrong: a key of {@link CODEC_ERRORS}. */
  readonly code: CodecErrorCode;
  /** The message that could not be decoded, or `null`. */
  readonly bytes: Uint8Array | null;

  /** `cause` is what the codec threw. */
  constructor(code: CodecErrorCode, cause: unknown, bytes: Uint8Array | null = null) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`${CODEC_ERRORS[code]}: ${detail}`, { cause });
    this.code = code;
    this.bytes = bytes;
  }
}
