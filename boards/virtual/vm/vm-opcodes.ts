// Responsible for: counting the instructions of the program that a VM carries out; the program notices nothing of it.
// Not for: how long they take (vm-time.ts).
// Source: runtime/devicescript/vm_main.c of microsoft/devicescript: `devs_vm_exec_opcode` looks up the instruction's
// properties in `DEVS_OP_PROPS` and its handler in `devs_vm_op_handlers`, which lies behind it; devs_internal.h: `devs_activation`.

import { type VmExports, WEB_ASSEMBLY } from "./vm-exports"

type Handler = (...words: number[]) => void

/** `DEVS_OP_PROPS` begins so. */
const PROPERTIES = Buffer.from("7f60111213141516171819125170", "hex")
/** Of a property: the instruction is a statement; its handler gets frame and context, that of an expression a place for its value before them. */
const IS_STATEMENT = 0x10
/** From here on an instruction is its own constant and has no handler. */
const OPCODES = 96
const WORD = 4
/** `devs_activation.pc`: where in the program the frame is. */
const PC_AT = 4

/** A WebAssembly module that takes the function `e.f` with so many words and exports it as `f`: only such fit a table. */
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
 * Puts itself between the VM and its instructions, and out again. Constants of one byte, which have no handler,
 * are not counted. It makes the VM several times slower.
 */
export class OpcodeCounter {
    count = 0
    /** By {@link PC_AT}: the place of the byte after the instruction's first. */
    readonly byPc = new Map<number, number>()
    private readonly handlers: Handler[] = []
    private readonly indices: number[] = []

    /** @throws Error when this VM is not the one that is known here */
    constructor(private readonly exports: VmExports) {
        const { buffer } = exports.memory
        const bytes = Buffer.from(buffer)
        const props = bytes.indexOf(PROPERTIES)
        if (props < 0) throw new Error("this VM has no table of instructions")
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

    /** The VM is as fast as before. */
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
