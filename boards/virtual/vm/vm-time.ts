// Responsible for: how long the VM itself has been at work: from each call into its WASM to its return, less the calls out of it.
// Not for: what it did meanwhile (vm-opcodes.ts).

type Functions = Record<string, unknown>
type Function = (...of: unknown[]) => unknown

export class VmTime {
    /** Whether time is taken. */
    on = false
    /** Time in the VM's own code since the start, ms of the wall. */
    busyMs = 0
    /** Calls into it. */
    calls = 0
    private depth = 0
    private fromMs = 0

    /** What the VM exports. */
    into(exports: Functions): Functions {
        return this.wrapped(exports, f => (...of) => {
            if (!this.on) return f(...of)
            // A call from within a call out.
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

    /** What the VM imports. */
    out(imports: Functions): Functions {
        return this.wrapped(imports, f => (...of) => {
            if (!this.on || this.depth === 0) return f(...of)
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
