// Random choices that follow from a seed and the number of a case.

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import type { RandomGenerator } from "pure-rand/types/RandomGenerator"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"

/** Random numbers discarded: neighbouring seeds begin alike. */
const WARM_UP = 32

export class Dice {
    private readonly generator: RandomGenerator

    constructor(seed: number, n: number) {
        this.generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ (n + 1))
        for (let i = 0; i < WARM_UP; i++) this.float()
    }

    float(): number {
        return uniformFloat64(this.generator)
    }

    int(from: number, to: number): number {
        return uniformInt(this.generator, from, to)
    }

    is(probability: number): boolean {
        return this.float() < probability
    }

    of<T>(...choices: readonly T[]): T {
        return choices[this.int(0, choices.length - 1)]!
    }

    /** Choices with their weights. */
    weighted<T>(...choices: readonly (readonly [number, () => T])[]): T {
        const total = choices.reduce((sum, [weight]) => sum + weight, 0)
        let at = this.float() * total
        for (const [weight, make] of choices) if ((at -= weight) < 0) return make()
        return choices[choices.length - 1]![1]()
    }
}
