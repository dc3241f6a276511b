// Reads and writes named little-endian fields, in the VM and in Node.

/**
 * Bytes with an index in both runtimes: DeviceScript's `Buffer`, Node's `Uint8Array`. In the VM, getAt and setAt are
 * instructions on a value of type `Buffer`; a value of this type does not have them.
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

/** Writes a number; a value outside the range of its format is truncated to the low bits. */
export function putNumber(to: Bytes, offset: number, format: string, value: number): void {
    to[offset] = value & 0xff
    if (format === "u8") return
    to[offset + 1] = (value >>> 8) & 0xff
    if (format === "u16") return
    to[offset + 2] = (value >>> 16) & 0xff
    to[offset + 3] = (value >>> 24) & 0xff
}

/**
 * The fields of a message or record in order: one line `name:format` per field, with a line feed before the first.
 * Formats: u8, u16, u32, i32; `s16` is text, 16 ASCII bytes padded with zeros; `u16x32` and `i32x32` are lists of 32 numbers.
 *
 * A layout is one string, because in the VM an array costs code and heap for each element, a string neither. Therefore
 * {@link writeFields} and {@link readFields} search the string.
 */
export type Layout = string

/** The lines of a layout as a union of string types. */
type FieldsOf<L extends Layout, F = never> = L extends `${infer Line}\n${infer Rest}`
    ? FieldsOf<Rest, Line extends "" ? F : F | Line>
    : F

/** The value of a field: text for `s16`, a list for `u16x32` and `i32x32`, else a number. An unknown format accepts no value. */
type ValueOf<F> = F extends `${string}:s16`
    ? string
    : F extends `${string}:${"u16x32" | "i32x32"}`
      ? number[]
      : F extends `${string}:${"u8" | "u16" | "u32" | "i32"}`
        ? number
        : never

/** The record type of a layout. */
export type Message<L extends Layout> = string extends L
    ? Record<string, string | number | number[]>
    : { [F in FieldsOf<L> as F extends `${infer N}:${string}` ? N : never]: ValueOf<F> }

/** The fields of a layout as an array of `name:format`. */
export function fieldsOf(layout: Layout): string[] {
    const fields: string[] = []
    let from = 1
    while (from < layout.length) {
        const end = layout.indexOf("\n", from)
        fields.push(layout.slice(from, end))
        from = end + 1
    }
    return fields
}

/** Builds a layout from fields `name:format`. */
export function layoutOf(fields: readonly string[]): Layout {
    return "\n" + fields.map(field => field + "\n").join("")
}

export function nameOf(field: string): string {
    return field.slice(0, field.indexOf(":"))
}

export function formatOf(field: string): string {
    return field.slice(field.indexOf(":") + 1)
}

/** The format of the field whose colon is at this index of a layout. */
function formatAt(layout: Layout, colon: number): string {
    return layout.slice(colon + 1, layout.indexOf("\n", colon))
}

export const TEXT_LENGTH = 16
/** Length of a list, in numbers. */
export const LIST_LENGTH = 32

/** Length of a field of this format, in bytes. */
export function formatSize(format: string): number {
    if (format === "u8") return 1
    if (format === "u16") return 2
    if (format === "s16") return TEXT_LENGTH
    if (isList(format)) return LIST_LENGTH * formatSize(elementOf(format))
    return 4
}

function isList(format: string): boolean {
    return format.length > 3
}

/** Format of the numbers of a list. */
function elementOf(format: string): string {
    return format.slice(0, 3)
}

/** Length of all fields, in bytes. */
export function sizeOf(layout: Layout): number {
    let size = 0
    let colon = layout.indexOf(":")
    while (colon > 0) {
        size += formatSize(formatAt(layout, colon))
        colon = layout.indexOf(":", colon + 1)
    }
    return size
}

/** Writes a record at `offset`; returns the offset after it. */
export function writeFields<L extends Layout>(
    to: Bytes,
    offset: number,
    layout: L,
    record: Message<L>
): number {
    const values: Record<string, any> = record
    let from = 1
    while (from < layout.length) {
        const colon = layout.indexOf(":", from)
        const value = values[layout.slice(from, colon)]
        const format = formatAt(layout, colon)
        if (format === "s16") writeText(to, offset, value)
        else if (isList(format)) putNumbers(to, offset, elementOf(format), value)
        else putNumber(to, offset, format, value)
        offset += formatSize(format)
        from = colon + format.length + 2
    }
    return offset
}

/** Reads the record at `offset`; the caller has checked the length. */
export function readFields<L extends Layout>(from: Bytes, offset: number, layout: L): Message<L> {
    const values: Record<string, any> = {}
    let at = 1
    while (at < layout.length) {
        const colon = layout.indexOf(":", at)
        const format = formatAt(layout, colon)
        values[layout.slice(at, colon)] =
            format === "s16"
                ? readText(from, offset)
                : isList(format)
                  ? readNumbers(from, offset, elementOf(format))
                  : getNumber(from, offset, format)
        offset += formatSize(format)
        at = colon + format.length + 2
    }
    return values as Message<L>
}

/** Writes consecutive numbers of one format. */
export function putNumbers(
    to: Bytes,
    offset: number,
    format: string,
    values: readonly number[]
): void {
    const size = formatSize(format)
    for (let i = 0; i < values.length; ++i) putNumber(to, offset + size * i, format, values[i])
}

function readNumbers(from: Bytes, offset: number, format: string): number[] {
    const values: number[] = []
    const size = formatSize(format)
    for (let i = 0; i < LIST_LENGTH; ++i) values.push(getNumber(from, offset + size * i, format))
    return values
}

function writeText(to: Bytes, offset: number, text: string): void {
    for (let i = 0; i < TEXT_LENGTH; ++i)
        putNumber(to, offset + i, "u8", i < text.length ? text.charCodeAt(i) & 0x7f : 0)
}

/** Reads a text of at most {@link TEXT_LENGTH} bytes. */
export function readText(from: Bytes, offset: number): string {
    let text = ""
    for (let i = 0; i < TEXT_LENGTH; ++i) {
        const code = getNumber(from, offset + i, "u8")
        if (code === 0) break
        text += String.fromCharCode(code & 0x7f)
    }
    return text
}
