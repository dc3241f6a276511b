// Turns the names of the host's objects into those of its JSON files: minAreaMm2 becomes min_area_mm2.

export type SnakeName<S extends string> = S extends `${infer First}${infer Rest}`
    ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeName<Rest>}`
    : S

/** The type of an object after {@link snakeCase}. */
export type SnakeCase<T> = T extends readonly (infer E)[]
    ? readonly SnakeCase<E>[]
    : T extends object
      ? { readonly [K in keyof T as K extends string ? SnakeName<K> : never]: SnakeCase<T[K]> }
      : T

function snakeName(key: string): string {
    return key.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
}

function camelName(key: string): string {
    return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** @param value data: objects, arrays and plain values */
export function snakeCase<T>(value: T): SnakeCase<T> {
    return renamed(value, snakeName) as SnakeCase<T>
}

/** The reverse of {@link snakeCase}. */
export function camelCase(value: unknown): unknown {
    return renamed(value, camelName)
}

function renamed(value: unknown, nameOf: (key: string) => string): unknown {
    if (Array.isArray(value)) return value.map(element => renamed(element, nameOf))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [nameOf(key), renamed(inner, nameOf)])
    )
}
