// Stopwatch of the VM: time spent inside its WASM code, without the calls from it to the outside.

type Functions = Record<string, unknown>
type Function = (...of: unknown[]) => unknown

export class VmStopwatch {
    /** Whether time is measured. */
    enabled = false
    /** Real time spent in the VM's code since the start, in ms. */
    busyMs = 0
    /** Calls into the VM. */
    calls = 0
    private depth = 0
    private fromMs = 0

    /** Wraps the VM's exports. */
    wrapExports(exports: Functions): Functions {
        return this.wrapped(exports, f => (...of) => {
            if (!this.enabled) return f(...of)
            // Nested calls (into the VM from one of its imports) are part of the outer call.
            const depth = this.depth++
            if (depth === 0) this.calls++
            this.fromMs = performance.now()
            try {
                return f(...of)
            } finally {
                this.busyMs += performance.now() - this.fromMs
                this.depth--
            }
        })
    }

    /** Wraps the VM's imports. */
    wrapImports(imports: Functions): Functions {
        return this.wrapped(imports, f => (...of) => {
            if (!this.enabled || this.depth === 0) return f(...of)
            this.busyMs += performance.now() - this.fromMs
            try {
                return f(...of)
            } finally {
                this.fromMs = performance.now()
            }
        })
    }

    private wrapped(functions: Functions, wrap: (f: Function) => Function): Functions {
        return Object.fromEntries(
            Object.entries(functions).map(([name, value]) => [
                name,
                typeof value === "function" ? wrap(value as Function) : value,
            ])
        )
    }
}
