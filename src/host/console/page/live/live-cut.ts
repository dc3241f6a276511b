// The longitudinal view of what came live: the frames at new places, so that the cut plane can be turned.

import type { LiveFrameMessage } from "../data/socket"
import type { CutData, Scene } from "../render/types"

/** Frames at most; then every second one is left out. */
const FRAMES_MAX = 1000
/** Two frames of one place: the sled stands. */
const STEP_LEAST_MM = 0.005

export class LiveCut {
    private frames: { readonly mm: number; readonly frame: LiveFrameMessage["data"] }[] = []
    private scene: Scene | undefined
    private least = STEP_LEAST_MM
    /** Grows with every change. */
    version = 0
    private made: { version: number; lineA: number; data: CutData } | undefined

    clear(scene: Scene | undefined): void {
        this.frames = []
        this.scene = scene
        this.least = STEP_LEAST_MM
        this.version++
    }

    /** A frame at a new place. One that is back by more than a millimetre begins a new pullback. */
    add({ positionMm, data }: LiveFrameMessage): void {
        const last = this.frames.at(-1)
        if (last && positionMm < last.mm - 1) this.clear(this.scene)
        else if (last && positionMm < last.mm + this.least) return
        this.frames.push({ mm: positionMm, frame: data })
        this.version++
        if (this.frames.length <= FRAMES_MAX) return
        this.frames = this.frames.filter((_, n) => n % 2 === 0)
        this.least *= 2
    }

    get rangeMm(): readonly [from: number, to: number] | undefined {
        const [first, last] = [this.frames[0], this.frames.at(-1)]
        return first && last && last !== first ? [first.mm, last.mm] : undefined
    }

    /** @param cutDeg clockwise from the top */
    get(cutDeg: number): CutData | undefined {
        const { scene, frames, made, version } = this
        if (!scene || frames.length === 0) return undefined
        const { linesPerFrame: lines, samplesPerLine: samples } = scene.geometry
        const turned = Math.round(((cutDeg + 270) / 360) * lines)
        const lineA = ((turned % lines) + lines) % lines
        if (made?.version === version && made.lineA === lineA) return made.data
        const lineB = (lineA + (lines >> 1)) % lines
        const side = (line: number): Pick<CutData, "codesA" | "presentA"> => {
            const codesA = new Uint8Array(frames.length * samples)
            const presentA = new Uint8Array(frames.length)
            frames.forEach(({ frame }, n) => {
                presentA[n] = frame.present[line]!
                codesA.set(frame.codes.subarray(line * samples, (line + 1) * samples), n * samples)
            })
            return { codesA, presentA }
        }
        const [a, b] = [side(lineA), side(lineB)]
        const data: CutData = {
            positionsMm: Float64Array.from(frames, ({ mm }) => mm),
            ...{ columns: frames.length, lineA, lineB, ...a },
            ...{ codesB: b.codesA, presentB: b.presentA },
        }
        this.made = { version, lineA, data }
        return data
    }
}
