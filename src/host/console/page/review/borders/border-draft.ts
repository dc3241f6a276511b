// A border while it is dragged, and until the server's answer is drawn.

import type { ReviewModel } from "../review-model"
import { closed } from "./border-shape"

export type BorderKind = "lumen" | "vessel"

interface Draft {
    readonly i: number
    readonly kind: BorderKind
    readonly radii: Float32Array
    /** Version of the borders (data/borders.ts) without it; set when the server has it. */
    savedAfter?: number
}

export class BorderDraft {
    private draft: Draft | undefined

    constructor(private readonly model: ReviewModel) {}

    /** What is shown of a frame: the dragged border, or the one that the server has. */
    of(i: number, kind: BorderKind): Float32Array | undefined {
        const { draft, model } = this
        if (draft?.savedAfter !== undefined && model.borders.version > draft.savedAfter)
            this.draft = undefined
        if (this.draft?.i === i && this.draft.kind === kind) return this.draft.radii
        return model.borders.of(i, kind)
    }

    /** With a radius in each direction. */
    closedOf(i: number, kind: BorderKind): Float32Array | undefined {
        const radii = this.of(i, kind)
        return radii && closed(radii)
    }

    set(i: number, kind: BorderKind, radii: Float32Array): void {
        this.draft = { i, kind, radii }
        this.model.redraw.ask()
    }

    clear(): void {
        this.draft = undefined
        this.model.redraw.ask()
    }

    /** Shows it until the answer is there. @param save whether the server took it */
    async keep(save: () => Promise<boolean>): Promise<void> {
        const { draft, model } = this
        const { version } = model.borders
        const isSaved = await save()
        if (this.draft !== draft || !draft) return
        if (isSaved) draft.savedAfter = version
        else this.draft = undefined
        model.redraw.ask()
    }
}
