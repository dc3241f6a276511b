// The frames of a run as the tasks of one thread read them.

import type {
    FramePlace,
    ImagingGeometry,
    PolarFrame,
    PolarFrames,
    RingDownReference,
} from "../../picture/picture"
import { FrameFile } from "./frame-file"
import type { Shared, WorkSetup } from "./tasks"

export class WorkFrames {
    readonly frameFile: FrameFile
    readonly slabFile: FrameFile
    readonly geometry: ImagingGeometry
    private readonly buffer: Uint8Array

    /** @param shared is filled before the first task that needs it */
    constructor(
        setup: WorkSetup,
        private readonly shared: Readonly<Partial<Shared>>
    ) {
        this.geometry = setup.geometry
        this.frameFile = new FrameFile(setup.frames)
        this.slabFile = new FrameFile(setup.slabs)
        this.buffer = this.frameFile.buffer()
    }

    /** What is subtracted from each frame. */
    get ringDown(): RingDownReference {
        return this.shared.ringDown!
    }

    /** The borders of the slabs, and where those of the frames go. */
    get along(): Shared["along"] {
        return this.shared.along!
    }

    /** A frame whose buffer the next one overwrites. */
    passing(i: number): { codes: Uint8Array; present: Uint8Array } {
        return this.frameFile.read(i, this.buffer)
    }

    /** A frame by its number alone. */
    polar(i: number): PolarFrame {
        return { index: i, timeMs: 0, positionMm: 0, ...this.frameFile.read(i) }
    }

    at(places: readonly FramePlace[]): PolarFrames {
        return {
            length: places.length,
            at: i => places[i]!,
            frame: i => this.polar(i),
            line: (i, line, codes) => this.frameFile.readLine(i, line, codes),
        }
    }
}
