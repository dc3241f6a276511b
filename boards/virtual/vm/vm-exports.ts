// Access to the VM's WASM module: its exports, captured when the CLI instantiates it.

import { setFlagsFromString } from "node:v8"
import { VmStopwatch } from "./vm-time"

// Each instruction of the VM calls several tiny functions, which Node's compiler does not inline by default: a tenth of the time.
setFlagsFromString("--wasm-inlining")

/** The exports of the VM's WASM module that are used here. */
export interface VmExports {
    readonly memory: { readonly buffer: ArrayBuffer }
    readonly __indirect_function_table: {
        readonly length: number
        get(index: number): ((...words: number[]) => void) | null
        set(index: number, to: (...words: number[]) => void): void
    }
    /** 1: every allocation first collects all garbage. */
    jd_em_devs_enable_gc_stress(on: number): void
}

type Functions = Record<string, unknown>

interface WebAssemblyModules {
    instantiate(
        source: unknown,
        imports: Record<string, Functions>
    ): Promise<{ instance: { exports: Functions } }>
    Module: new (bytes: Uint8Array) => object
    Instance: new (module: object, imports: Record<string, Functions>) => { exports: Functions }
}

/** Node has WebAssembly, its type definitions do not. */
export const WEB_ASSEMBLY = (globalThis as unknown as { WebAssembly: WebAssemblyModules })
    .WebAssembly

/** The real `WebAssembly`, with a callback that receives the module's exports and stopwatch after instantiation. */
export function instrumentedWebAssembly(
    onInstantiate: (exports: VmExports, time: VmStopwatch) => void
): object {
    const instantiate: WebAssemblyModules["instantiate"] = async (source, imports) => {
        const time = new VmStopwatch()
        const timedImports = Object.fromEntries(
            Object.entries(imports).map(([name, functions]) => [name, time.wrapImports(functions)])
        )
        const made = await WEB_ASSEMBLY.instantiate(source, timedImports)
        const { exports } = made.instance
        onInstantiate(exports as unknown as VmExports, time)
        return { ...made, instance: { exports: time.wrapExports(exports) } }
    }
    return Object.assign(Object.create(WEB_ASSEMBLY), { instantiate })
}
