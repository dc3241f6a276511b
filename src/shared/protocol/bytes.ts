// Responsible for: named little-endian fields in a run of bytes, the same in the VM and in Node.
// Not for: what the fields mean.

/**
 * Bytes that both runtimes index alike: DeviceScript's `Buffer`, Node's
 * `Uint8Array`. In the VM getAt/setAt are instructions for a `Buffer` known as
 * such to the compiler and do not exist on a value that is only known as this.
 */
export interface Bytes {
    readonly length: number
    [index: number]: number
}

/** Reads a number: u8, u16, u32 or i32, little-endian. */
export function getNumber(from: Bytes, offset: number, format: string): number {
    if (format === "u8") return from[offset]
    const low = from[offset] | (from[offset + 1] << 8)
    if (format === "u16") return low
    const all = low | (from[offset + 2] << 16) | (from[offset + 3] << 24)
    return format === "i32" ? all : all >>> 0
}

/** Writes a number; what does not fit its format is cut to its lowest bits. */
export function putNumber(to: Bytes, offset: number, format: string, value: number): void {
    to[offset] = value & 0xff
    if (format === "u8") return
    to[offset + 1] = (value >>> 8) & 0xff
    if (format === "u16") return
    to[offset + 2] = (value >>> 16) & 0xff
    to[offset + 3] = (value >>> 24) & 0xff
}

/**
 * Name and format of a field. `s16` is text: 16 ASCII bytes, padded with zeros; `u16x32` a list of 32 numbers. One
 * string and no pair: in the VM every pair would be an object, all of them together a
 * tenth of its heap.
 */
export type Field = `${string}:${"u8" | "u16" | "u32" | "i32" | "s16" | "u16x32"}`

/** The record that a list of fields describes: numbers, text where the format is `s16`, a list where it is `u16x32`. */
export type Message<F extends readonly Field[]> = {
    -readonly [
        E in F[number] as E extends `${infer N}:${string}` ? N : never
    ]: E extends `${string}:s16` ? string : E extends `${string}:u16x32` ? number[] : number
}

export function nameOf(field: string): string {
    return field.slice(0, field.indexOf(":"))
}

export function formatOf(field: string): string {
    return field.slice(field.indexOf(":") + 1)
}

export const TEXT_LENGTH = 16
/** Numbers of a `u16x32`. */
export const LIST_LENGTH = 32

/** Bytes that a field of this format takes. */
export function formatSize(format: string): number {
    if (format === "u8") return 1
    if (format === "u16") return 2
    if (format === "s16") return TEXT_LENGTH
    if (format === "u16x32") return 2 * LIST_LENGTH
    return 4
}

/** Bytes that all fields take together. */
export function sizeOf(fields: readonly Field[]): number {
    let size = 0
    for (let i = 0; i < fields.length; ++i) size += formatSize(formatOf(fields[i]))
    return size
}

/** Writes a record at `offset`; returns the offset after it. */
export function writeFields<F extends readonly Field[]>(
    to: Bytes,
    offset: number,
    fields: F,
    record: Message<F>
): number {
    const values = record as Record<string, any>
    for (let i = 0; i < fields.length; ++i) {
        const name = nameOf(fields[i])
        const format = formatOf(fields[i])
        if (format === "s16") writeText(to, offset, values[name] as string)
        else if (format === "u16x32") putNumbers(to, offset, values[name] as number[])
        else putNumber(to, offset, format, values[name] as number)
        offset += formatSize(format)
    }
    return offset
}

/** Reads the record at `offset`; the caller has checked that it is all there. */
export function readFields<F extends readonly Field[]>(
    from: Bytes,
    offset: number,
    fields: F
): Message<F> {
    const values: Record<string, any> = {}
    for (let i = 0; i < fields.length; ++i) {
        const format = formatOf(fields[i])
        values[nameOf(fields[i])] =
            format === "s16"
                ? readText(from, offset)
                : format === "u16x32"
                  ? readNumbers(from, offset)
                  : getNumber(from, offset, format)
        offset += formatSize(format)
    }
    return values as Message<F>
}

/** Writes a list of u16, one after the other. */
export function putNumbers(to: Bytes, offset: number, values: readonly number[]): void {
    for (let i = 0; i < values.length; ++i) putNumber(to, offset + 2 * i, "u16", values[i])
}

function readNumbers(from: Bytes, offset: number): number[] {
    const values: number[] = []
    for (let i = 0; i < LIST_LENGTH; ++i) values.push(getNumber(from, offset + 2 * i, "u16"))
    return values
}

function writeText(to: Bytes, offset: number, text: string): void {
    for (let i = 0; i < TEXT_LENGTH; ++i)
        putNumber(to, offset + i, "u8", i < text.length ? text.charCodeAt(i) & 0x7f : 0)
}

/** Text of at most {@link TEXT_LENGTH} bytes. */
export function readText(from: Bytes, offset: number): string {
    let text = ""
    for (let i = 0; i < TEXT_LENGTH; ++i) {
        const code = getNumber(from, offset + i, "u8")
        if (code === 0) break
        text += String.fromCharCode(code & 0x7f)
    }
    return text
}
