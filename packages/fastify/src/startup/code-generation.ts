import { replaceFunction } from '@node-cf/bridge'

/**
 * Fastify makes functions of text: of a route when it is added, of a schema when it is compiled.
 * Workers allow that at module scope only, and say of a later attempt nothing but that it is
 * disallowed: what to do about it is added here.
 */
export function installCodeGeneration(): void {
  replaceFunction(generate)
}

/** Whether functions can be made of text right now, as they can while a Worker starts. */
export function canGenerateCode(): boolean {
  try {
    Reflect.construct(Function, [''])
    return true
  } catch {
    return false
  }
}

function generate(values: string[], compile: () => object): object {
  try {
    const made = compile()
    return isSerializerFactory(values) ? compilingAll(made as SerializerFactory, values[2]) : made
  } catch (error) {
    if (error instanceof EvalError) explain(error, values.slice(0, -1).join())
    throw error
  }
}

const FOR_SCHEMAS =
  'A schema was to be compiled while a request is served, and Workers make functions of text only while they start. Give it in the options of the route, where the app compiles it when it starts; a schema that a handler gives to request.validateInput() or request.compileValidationSchema() is found compiled if a route has the same object, or an onReady hook has given it to app.validatorCompiler({ schema }).'
const FOR_OTHERS =
  'A function was to be made of text while a request is served, and Workers make functions of text only while they start. A template has to be compiled at module scope.'
const FOR_ROUTES =
  'A router was to be built while a request is served, and Workers make functions of text only while they start. Make the app, add its routes and print them at module scope.'

/** What to do instead, by the parameters of the functions that Ajv, fast-json-stringify and find-my-way make. */
const REMEDIES: Record<string, string> = {
  'self,scope': FOR_SCHEMAS,
  'validator,serializer': FOR_SCHEMAS,
  'req,ctx': FOR_ROUTES,
  'path,i': FOR_ROUTES,
  NullObject: FOR_ROUTES,
  derivedConstraints: FOR_ROUTES,
}

function explain(error: EvalError, parameters: string): void {
  const remedy = Object.hasOwn(REMEDIES, parameters) ? REMEDIES[parameters]! : FOR_OTHERS
  const { message, stack = '' } = error
  error.message = remedy
  error.stack = stack.replace(message, remedy)
  Object.assign(error, { code: 'ERR_FASTIFY_CODE_GENERATION' })
}

type SerializerFactory = (validator: SchemaValidator | null, serializer: unknown) => unknown

/** fast-json-stringify's, which chooses between the schemas of an `anyOf` or `if`. */
interface SchemaValidator {
  ajv: { getSchema(reference: string): unknown }
}

function isSerializerFactory([first, second, , ...others]: string[]): boolean {
  return first === 'validator' && second === 'serializer' && others.length === 0
}

/** Where a serializer asks its validator about a schema; those that it knows are literals. */
const CHOICE = /validator\.(?:validate|getSchemaValidator)\(("(?:[^"\\]|\\.)*")/g

/**
 * Compiles the schemas that a serializer chooses between, which fast-json-stringify leaves until a
 * response needs one.
 */
function compilingAll(factory: SerializerFactory, code = ''): SerializerFactory {
  return (validator, serializer) => {
    for (const [, reference] of code.matchAll(CHOICE)) {
      validator?.ajv.getSchema(JSON.parse(reference!) as string)
    }
    return factory(validator, serializer)
  }
}
