/** A Worker's binding to a class of objects, over the globals of these tests. */
export interface ObjectNamespace<Methods = unknown> {
  getByName(name: string): Methods & { fetch(input: Request | string): Promise<Response> }
}
