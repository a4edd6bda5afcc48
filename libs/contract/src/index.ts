export * from './primitives.js';
export * from './job-state.js';
export * from './statements.js';
export * from './gateway.js';
export * from './api.js';
export * from './policy-answers.js';
export * from './home.js';
export * from './stock.js';
export { ApiClient, ApiError, ContractError, type ApiReply, type ApiRequest, type JobStreamEvent, type Transport } from './client.js';
