// Counts the instructions that a VM executes, without effect on the program.
// Source: runtime/devicescript/vm_main.c of microsoft/devicescript: `devs_vm_exec_opcode` looks up the instruction's
// properties in `DEVS_OP_PROPS` and its handler in `devs_vm_op_handlers`, which follows it in memory; devs_internal.h: `devs_activation`.

import { type VmExports, WEB_ASSEMBLY } from "./vm-exports"

type Handler = (...words: number[]) => void

/** First bytes of `DEVS_OP_PROPS`. */
const PROPERTIES = Buffer.from("7f60111213141516171819125170", "hex")
/** Property bit of statements. A statement's handler takes frame and context; an expression's also takes a result pointer, first. */
const IS_STATEMENT = 0x10
/** Higher opcodes are constants and have no handler. */
const OPCODES = 96
const WORD = 4
/** Offset of `devs_activation.pc`, the frame's program counter. */
const PC_AT = 4

/** A WebAssembly module that imports `e.f` with this many parameters and exports it as `f`; a table accepts only WASM functions. */
function moduleOf(words: number): Uint8Array {
    const type = [0x60, words, ...new Array<number>(words).fill(0x7f), 0]
    return Uint8Array.of(
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        ...[1, type.length + 1, 1, ...type],
        ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
        ...[7, 5, 1, 1, 0x66, 0, 0]
    )
}

/**
 * Replaces the instruction handlers of a VM by counting ones until {@link remove}. One-byte constants, which have no
 * handler, are not counted. The VM runs several times slower meanwhile.
 */
export class OpcodeCounter {
    count = 0
    /** Instructions by program counter: the offset of the byte after the opcode. */
    readonly byPc = new Map<number, number>()
    private readonly handlers: Handler[] = []
    private readonly indices: number[] = []

    /** @throws Error when the VM's memory layout is not the expected one */
    constructor(private readonly exports: VmExports) {
        const { buffer } = exports.memory
        const bytes = Buffer.from(buffer)
        const props = bytes.indexOf(PROPERTIES)
        if (props < 0) throw new Error("this VM has no instruction table")
        const table = exports.__indirect_function_table
        const words = new Uint32Array(buffer)
        let first = Math.ceil((props + OPCODES) / WORD)
        while (words[first] === 0) first++
        for (let op = 0; op < OPCODES; op++) {
            const index = words[first + op]!
            const handler = index < table.length ? table.get(index) : null
            if (!handler) throw new Error(`instruction ${op} has no handler`)
            this.indices.push(index)
            this.handlers.push(handler)
        }
        for (let op = 0; op < OPCODES; op++) {
            const words = bytes[props + op]! & IS_STATEMENT ? 2 : 3
            this.replace(op, words)
        }
    }

    /** Restores the original handlers. */
    remove(): void {
        const table = this.exports.__indirect_function_table
        this.indices.forEach((index, op) => table.set(index, this.handlers[op]!))
    }

    private replace(op: number, words: 2 | 3): void {
        const { exports, byPc } = this
        const handler = this.handlers[op]!
        const seen = (frame: number): void => {
            this.count++
            const pc = new DataView(exports.memory.buffer).getUint16(frame + PC_AT, true)
            byPc.set(pc, (byPc.get(pc) ?? 0) + 1)
        }
        const f: Handler =
            words === 2
                ? (frame, ctx) => {
                      seen(frame!)
                      handler(frame!, ctx!)
                  }
                : (value, frame, ctx) => {
                      seen(frame!)
                      handler(value!, frame!, ctx!)
                  }
        const module = new WEB_ASSEMBLY.Module(moduleOf(words))
        const made = new WEB_ASSEMBLY.Instance(module, { e: { f } })
        exports.__indirect_function_table.set(this.indices[op]!, made.exports["f"] as Handler)
    }
}
