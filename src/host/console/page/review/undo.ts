// What this viewer did to the run, so that it can be taken back, the latest first.

import type { Commands } from "../commands"
import type { ReviewModel } from "./review-model"

export interface Step {
    /** For the user: "the bookmark at 5.00 mm". */
    readonly what: string
    /** @returns whether it was taken back; else the user has read why not */
    undo(): Promise<boolean>
}

/** Steps that are kept. */
const STEPS_MAX = 100

export class UndoStack {
    private readonly steps: Step[] = []
    /** Each press takes back one step, also while another is on its way. */
    private undoing = Promise.resolve()

    constructor(
        private readonly model: ReviewModel,
        commands: Commands
    ) {
        commands.register({
            undo: () => void (this.undoing = this.undoing.then(() => this.undoLatest())),
        })
    }

    /** After the server has done it. */
    push(step: Step): void {
        this.steps.push(step)
        if (this.steps.length > STEPS_MAX) this.steps.shift()
    }

    private async undoLatest(): Promise<void> {
        // A change that is on its way becomes a step first.
        await this.model.settled()
        const step = this.steps.at(-1)
        if (!step) this.model.messages.emit("There is nothing to undo.")
        else if (await step.undo()) {
            this.steps.splice(this.steps.indexOf(step), 1)
            this.model.messages.emit(`Undone: ${step.what}.`)
        }
    }
}
