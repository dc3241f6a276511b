// The bedside unit: its loop of 10 ms.

import * as ds from "@devicescript/core"
import { UnitBoard } from "../platform/unit-board"
import { openCartClient, stepCartClient } from "./cart-client"
import { displayLoop } from "./display-loop"
import { stepNotice } from "./notice"
import { openPanel, stepPanel } from "./panel"
import { stepPresence } from "./presence"
import { onAnswer, onButton, onTurn, openProcedure, stepProcedure } from "./procedure"
import { stepSignals } from "./signals"
import { UnitState } from "./unit-state"

const LOOP_MS = 10

/** Never returns. */
export async function runUnit(board: UnitBoard, unit: UnitState): Promise<void> {
    openProcedure(unit)
    openCartClient(unit, onAnswer)
    openPanel(board, unit, onButton, onTurn)
    displayLoop.start(unit)
    for (;;) {
        const now_ms = ds.millis()
        await stepPresence(unit, now_ms)
        await stepPanel(now_ms)
        stepProcedure(now_ms)
        await stepCartClient(now_ms)
        stepNotice(unit, now_ms)
        await stepSignals(board, unit, now_ms)
        await ds.sleep(LOOP_MS)
    }
}
