// `npm run states`: random steps of operator, faults and link through the real firmware, against the model of its states.

import { Command, InvalidArgumentError } from "commander"
import { emptyWalk, vmWalk } from "./vm-walk"

/** Steps with one cart; then another one is booted. */
const EPISODE = 100

function wholeNumber(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a whole number.")
    return Number(text)
}

const { steps, seed } = new Command("npm run states --")
    .description(
        "Sends random requests, faults, e-stops and lost links to the real firmware on the virtual board. After each step its state must be one\n" +
            "that the model allows, and by ruler and transmit counter nothing may move or fire that the model does not allow."
    )
    .option("--steps <n>", "number of steps", wholeNumber, 2000)
    .option("--seed <n>", "seed from which all steps follow", wholeNumber, 1)
    .addHelpText("after", "\nExit status: 0 all steps are right, 1 one is not, 2 bad usage.")
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts<{ readonly steps: number; readonly seed: number }>()

const began = performance.now()
let walk = emptyWalk()
try {
    for (let n = 0; n < steps; n += EPISODE)
        walk = await vmWalk(Math.min(EPISODE, steps - n), seed + n / EPISODE, walk)
} catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
}
const list = (counts: ReadonlyMap<string | number, number>): string =>
    [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([name, count]) => `${name} ${count}`)
        .join(", ")
process.stdout.write(
    `states after a step: ${list(walk.visits)}\nsteps: ${list(walk.taken)}\nrefusals by code: ${list(walk.refused)}\n` +
        `${walk.steps} steps, ${((performance.now() - began) / 1000).toFixed(0)} s\n`
)
