// The program that a VM runs, as it lies in the VM's memory: its code can be damaged while it runs.
// Source: bytecode format of microsoft/devicescript: a magic number, then at byte 32 the offset and length of each section; the
// second one is the code of all functions.

import type { VmExports } from "./vm-exports"

/** First bytes of a program. */
const MAGIC = Buffer.from("446576530a6e29f1", "hex")
/** Place of the entry for the section with the code: offset and length, 32 bits each. */
const CODE_ENTRY = 40
/** The instruction with this number does not exist: the VM panics when it meets it. */
const ILLEGAL = 0x7f

/**
 * Overwrites all code with illegal instructions, as a failing memory would: the program panics when it next runs.
 * @returns a function that restores the code; the VM must find it intact when it starts the program again
 * @throws Error if no program is loaded
 */
export function damageCode({ memory }: VmExports): () => void {
    const bytes = Buffer.from(memory.buffer)
    const saved: { readonly from: number; readonly code: Buffer }[] = []
    for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
        const from = at + bytes.readUInt32LE(at + CODE_ENTRY)
        const to = from + bytes.readUInt32LE(at + CODE_ENTRY + 4)
        // The magic number occurs in the VM's own constants too.
        if (from <= at || to <= from || to > bytes.length) continue
        saved.push({ from, code: Buffer.from(bytes.subarray(from, to)) })
    }
    if (saved.length === 0) throw new Error("no program is loaded")
    for (const { from, code } of saved) bytes.fill(ILLEGAL, from, from + code.length)
    return () => {
        for (const { from, code } of saved) new Uint8Array(memory.buffer).set(code, from)
    }
}
