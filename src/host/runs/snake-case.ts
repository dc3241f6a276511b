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

function nameOf(key: string): string {
    return key.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
}

/** @param value data: objects, arrays and plain values */
export function snakeCase<T>(value: T): SnakeCase<T> {
    return converted(value) as SnakeCase<T>
}

function converted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(converted)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [nameOf(key), converted(inner)])
    )
}
