// The tasks for borders and measures, in any thread.

import { type FrameMeasures, measureFrame } from "../../measure/frame-measures"
import { BordersAlong } from "../../measure/lumen-along"
import { codeCounts, PathFinder } from "../../measure/lumen-path"
import { averageFrames } from "../../measure/lumen-slabs"
import { findSlab } from "../../measure/slab-wall"
import { VesselFinder } from "../../measure/vessel-edge"
import { WallsAlong } from "../../measure/walls-along"
import { setFrameBorders } from "./frame-borders"
import { slabBordersOf } from "./slab-borders"
import type { FoundBorder, Shared, Tasks } from "./tasks"
import type { WorkFrames } from "./work-frames"

type Given<K extends keyof Tasks> = Tasks[K]["given"]

interface Along {
    readonly borders: BordersAlong
    readonly walls: WallsAlong
    readonly frames: Shared["along"]["frames"]
}

export class BorderWork {
    // Made when they are first needed.
    private finder: PathFinder | undefined
    private vessels: VesselFinder | undefined
    private along: Along | undefined

    constructor(private readonly frames: WorkFrames) {}

    /** There are other borders of the slabs from now on. */
    share(): void {
        this.along = undefined
    }

    average({ frames, slab }: Given<"slab">): Uint32Array {
        const { geometry, frameFile, slabFile, ringDown } = this.frames
        const made = averageFrames(
            frames.map(i => frameFile.read(i)),
            geometry,
            ringDown
        )
        slabFile.write(slab, made.codes, made.present)
        return codeCounts(made, geometry)
    }

    find({ slabs, threshold, known }: Given<"border">): FoundBorder | null {
        const { geometry, slabFile } = this.frames
        const [before, slab, after] = slabs.map(i => slabFile.read(i))
        this.finder ??= new PathFinder(geometry)
        const path = this.finder.find(before!, slab!, after!, threshold)
        if (known && path.every((sample, line) => sample === known[line])) return null
        this.vessels ??= new VesselFinder(geometry)
        return { ...findSlab(slab!, path, geometry, this.vessels), path }
    }

    measure({ first, positionsMm }: Given<"along">): FrameMeasures[] {
        const { borders, walls, frames } = (this.along ??= this.alongSlabs())
        return positionsMm.map((positionMm, i) => {
            const border = borders.at(positionMm)
            const wall = walls.at(positionMm, border)
            setFrameBorders(frames, first + i, border, wall.vessel)
            return measureFrame(border, wall, this.frames.geometry)
        })
    }
    private alongSlabs(): Along {
        const { slabs, frames } = this.frames.along
        const { catheterRadiusMm } = this.frames.geometry
        const { positionsMm } = slabs
        const found = slabBordersOf(slabs)
        return {
            borders: new BordersAlong(positionsMm, found, catheterRadiusMm),
            walls: new WallsAlong(positionsMm, found, catheterRadiusMm),
            frames,
        }
    }
}
