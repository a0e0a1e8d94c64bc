/** Codes of the errors that the bridge itself raises. */
export type BridgeErrorCode =
  | 'ERR_BRIDGE_BUNDLE'
  | 'ERR_BRIDGE_NAMESPACE'
  | 'ERR_BRIDGE_NO_CONTEXT'
  | 'ERR_BRIDGE_NO_OBJECT'
  | 'ERR_BRIDGE_NO_SERVER'
  | 'ERR_BRIDGE_OPTION'
  | 'ERR_BRIDGE_PROTOTYPE'
  | 'ERR_BRIDGE_RAW_SOCKET'
  | 'ERR_BRIDGE_RESPONSE_TIMEOUT'
  | 'ERR_BRIDGE_STATUS'
  | 'ERR_BRIDGE_UNSETTLED'

/** An error of the bridge itself; what Node would report too has Node's own code instead. */
export class BridgeError extends Error {
  override readonly name: string = 'BridgeError'
  readonly code: BridgeErrorCode

  constructor(code: BridgeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
