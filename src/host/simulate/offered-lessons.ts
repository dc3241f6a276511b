// The lessons whose fault this cart can have.

import { faultGroupOf } from "../../../boards/virtual/fault-groups"
import type { Catheter } from "../../shared/acquisition/catheters"
import { type Lesson, SIMULATOR_FAULTS } from "./fault-lessons"

export function offeredLessons(lessons: readonly Lesson[], catheter: Catheter): Lesson[] {
    const own: readonly string[] = SIMULATOR_FAULTS
    return lessons.filter(({ name }) => own.includes(name) || faultGroupOf(name)?.isOn(catheter))
}
