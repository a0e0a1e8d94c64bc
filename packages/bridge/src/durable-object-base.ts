/** What the platform's class does with its arguments, for where there is no such class: Node. */
export const DurableObjectBase: new (ctx: unknown, env: unknown) => object = class {
  readonly ctx: unknown
  readonly env: unknown

  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx
    this.env = env
  }
}
