/** Makes a function of what `Function` was called with: parameters, and the body at the end. */
export type FunctionMaker = (values: string[], compile: () => object) => object

/**
 * Has functions of text, `Function(…)` and `new Function(…)`, made by `make`. Workers allow the
 * runtime's own making, which `compile` is, at module scope only.
 */
export function replaceFunction(make: FunctionMaker): void {
  const Native = Function
  const Replacement = new Proxy(Native, {
    apply: (_target, _this, values: string[]) =>
      make(values, () => Reflect.construct(Native, values) as object),
    construct: (_target, values: string[], newTarget) =>
      make(values, () => Reflect.construct(Native, values, newTarget) as object),
  })
  // `fn.constructor === Function` stays true.
  Native.prototype.constructor = Replacement
  globalThis.Function = Replacement
}
