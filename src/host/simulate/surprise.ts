// Causes a fault that is not named, some seconds into a pullback.

import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import type { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import type { CausedFaults } from "./caused-faults"

/** After this time of a pullback, s. */
const AFTER_S = [1, 8] as const
/** Separates the random numbers of the surprise from those of the cart. */
const SURPRISE_SEED = 0x5a7e

export class Surprise {
    private readonly random
    private isAsked = false

    constructor(
        private readonly faults: CausedFaults,
        private readonly clock: VirtualClock,
        seed: number
    ) {
        this.random = xoroshiro128plus(seed ^ SURPRISE_SEED)
    }

    /** @returns the sentence by which it was refused */
    ask(isPulling: boolean): string | undefined {
        if (this.isAsked) return "A surprise is on its way: go on with the procedure."
        this.isAsked = true
        if (isPulling) this.cause()
        return undefined
    }

    onPulling(): void {
        if (this.isAsked) this.cause()
    }

    private cause(): void {
        const afterS = uniformInt(this.random, ...AFTER_S)
        this.clock.after(1e6 * afterS, () => {
            this.isAsked = false
            const { possible } = this.faults
            const lesson = possible[uniformInt(this.random, 0, possible.length - 1)]
            if (lesson) this.faults.cause(lesson.name, true)
        })
    }
}
