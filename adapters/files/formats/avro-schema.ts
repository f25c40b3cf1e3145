import { z } from 'zod';

/** How a value is written, its names resolved. `logical` is what the value stands for. */
export type AvroType =
  | { kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'; logical?: Logical }
  | { kind: 'fixed'; size: number; logical?: Logical }
  | { kind: 'enum'; symbols: string[] }
  | { kind: 'array' | 'map'; items: AvroType }
  | { kind: 'union'; branches: AvroType[] }
  | { kind: 'record'; fields: { name: string; type: AvroType }[] };

export interface Logical {
  name: string;
  scale: number;
}

const PRIMITIVE = z.enum(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const Attributes = { logicalType: z.string().optional(), scale: z.number().int().min(0).max(1000).optional() };
const Named = { name: z.string(), namespace: z.string().optional() };
const Complex = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['record', 'error']),
    ...Named,
    fields: z.array(z.object({ name: z.string(), type: z.unknown() })),
  }),
  z.object({ type: z.literal('enum'), ...Named, symbols: z.array(z.string()) }),
  z.object({
    type: z.literal('fixed'),
    ...Named,
    size: z
      .number()
      .int()
      .min(0)
      .max(2 ** 24),
    ...Attributes,
  }),
  z.object({ type: z.literal('array'), items: z.unknown() }),
  z.object({ type: z.literal('map'), values: z.unknown() }),
]);
const Annotated = z.object({ type: z.unknown(), ...Attributes });

/** Reads a schema (Avro 1.12, "Schema Declaration"); throws an Error that says what is wrong with it. */
export function parseAvroSchema(json: string): AvroType {
  return new Schema().typeOf(JSON.parse(json), '');
}

const MOST_TYPES = 100_000;

class Schema {
  readonly #named = new Map<string, AvroType>();
  #types = 0;

  typeOf(schema: unknown, namespace: string): AvroType {
    this.#types += 1;
    if (this.#types > MOST_TYPES) throw new Error(`its schema has more than ${MOST_TYPES} types`);
    if (typeof schema === 'string') return this.#byName(schema, namespace);
    if (Array.isArray(schema)) return { kind: 'union', branches: schema.map((one) => this.typeOf(one, namespace)) };
    const complex = Complex.safeParse(schema);
    if (complex.success) return this.#complex(complex.data, namespace);
    const { type, logicalType, scale = 0 } = Annotated.parse(schema);
    const inner = this.typeOf(type, namespace);
    const annotates = logicalType !== undefined && 'kind' in inner && PRIMITIVE.safeParse(inner.kind).success;
    return annotates ? ({ ...inner, logical: { name: logicalType, scale } } as AvroType) : inner;
  }

  #byName(name: string, namespace: string): AvroType {
    const primitive = PRIMITIVE.safeParse(name);
    if (primitive.success) return { kind: primitive.data };
    const found = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (found === undefined) throw new Error(`its schema has no type ${JSON.stringify(name)}`);
    return found;
  }

  #complex(complex: z.infer<typeof Complex>, around: string): AvroType {
    if (complex.type === 'array') return { kind: 'array', items: this.typeOf(complex.items, around) };
    if (complex.type === 'map') return { kind: 'map', items: this.typeOf(complex.values, around) };
    const full = fullName(complex.name, complex.namespace ?? around);
    const namespace = full.slice(0, Math.max(0, full.lastIndexOf('.')));
    if (complex.type === 'enum') return this.#name(full, { kind: 'enum', symbols: complex.symbols });
    if (complex.type === 'fixed') {
      const { size, logicalType, scale = 0 } = complex;
      const logical = logicalType === undefined ? {} : { logical: { name: logicalType, scale } };
      return this.#name(full, { kind: 'fixed', size, ...logical });
    }
    const fields: { name: string; type: AvroType }[] = [];
    // Before its fields, which may be of its own type.
    const record = this.#name(full, { kind: 'record', fields });
    for (const { name, type } of complex.fields) fields.push({ name, type: this.typeOf(type, namespace) });
    return record;
  }

  #name(full: string, type: AvroType): AvroType {
    this.#named.set(full, type);
    return type;
  }
}

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
