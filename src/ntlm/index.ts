export { channelBindingsOf } from './channel-binding.js';
export { NtlmError, type NtlmErrorCode } from './errors.js';
export { NtlmInitiator, type NtlmAuthentication, type NtlmInitiatorOptions } from './initiator.js';
export { NtlmSecurityContext, SIGNATURE_BYTES, type SealedMessage } from './security-context.js';
export { unwrapNegotiateReply, type NegotiateReply } from './spnego.js';
export { splitUserName, type NtlmAccount } from './user-name.js';
