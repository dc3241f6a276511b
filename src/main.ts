// Responsible for: putting the rooms together on a board with a line engine, and nothing else.
// Not for: boards with an un0rick (main-un0rick.ts): the code of both front ends is too much for one program.
// Investigational equipment, not for clinical use.

import { lineEngineParts } from "./firmware/cart/line-engine-parts"
import { Cart } from "./firmware/cart/cart"
import { openBoard } from "./firmware/platform/open-board"
import { linkSettings } from "./firmware/platform/settings"

const board = await openBoard()
const link = await linkSettings()
const cart = new Cart(board, link, () => lineEngineParts(board))
await cart.run()
