// Saves the state of everything that is reachable from some objects, and restores it into the same objects.

type Restore = () => void

/** Lists the state that must be restored for one object, and the objects that it refers to. */
function stateOf(object: object, found: (value: unknown) => void): Restore | undefined {
    if (object instanceof ArrayBuffer) return undefined
    if (ArrayBuffer.isView(object)) {
        const bytes = new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
        const copy = bytes.slice()
        return () => bytes.set(copy)
    }
    if (object instanceof Map) {
        const entries = [...(object as Map<unknown, unknown>)]
        for (const [key, value] of entries) {
            found(key)
            found(value)
        }
        return () => {
            object.clear()
            for (const [key, value] of entries) object.set(key, value)
        }
    }
    if (object instanceof Set) {
        const members = [...(object as Set<unknown>)]
        members.forEach(found)
        return () => {
            object.clear()
            for (const member of members) object.add(member)
        }
    }
    return fieldsOf(object as Record<PropertyKey, unknown>, found)
}

function fieldsOf(
    object: Record<PropertyKey, unknown>,
    found: (value: unknown) => void
): Restore | undefined {
    const keys: PropertyKey[] = []
    const values: unknown[] = []
    for (const key of Reflect.ownKeys(object)) {
        const field = Object.getOwnPropertyDescriptor(object, key)!
        if (!("value" in field)) continue
        found(field.value)
        if (!field.writable) continue
        keys.push(key)
        values.push(field.value)
    }
    const length = Array.isArray(object) ? object.length : undefined
    return () => {
        if (length !== undefined) (object as unknown as unknown[]).length = length
        else
            for (const key of Reflect.ownKeys(object))
                if (!keys.includes(key) && Object.getOwnPropertyDescriptor(object, key)!.writable)
                    delete object[key]
        for (let i = 0; i < keys.length; i++) object[keys[i]!] = values[i]
    }
}

/**
 * Saves the state of all objects reachable from `roots` through their own properties and collections.
 *
 * Variables of closures are not reachable: what changes must be a property of an object. Take a snapshot between two
 * alarms of the clock, while no SPI transfer is in progress.
 * @returns a function that restores it, as often as called
 */
export function snapshotOf(...roots: readonly object[]): Restore {
    const seen = new Set<object>()
    const queue: object[] = []
    const restores: Restore[] = []
    const found = (value: unknown): void => {
        if (typeof value !== "object" || value === null || seen.has(value)) return
        seen.add(value)
        queue.push(value)
    }
    roots.forEach(found)
    for (let object = queue.pop(); object; object = queue.pop()) {
        const restore = stateOf(object, found)
        if (restore) restores.push(restore)
    }
    return () => restores.forEach(restore => restore())
}
