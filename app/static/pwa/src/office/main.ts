/** The office pages: htmx for the small interactions, and a few behaviours that every page shares. */
import '../ui/base.css'
import './office.css'
import htmx from 'htmx.org'
import { startDialogs } from './dialogs'
import { startFrame } from './frame'
import { startJump } from './jump'
import { startKeys } from './keys'
import { startLanguages } from './languages'
import { startMenus } from './menus'
import { startMoments } from './moments'
import { startRequests } from './requests'
import { startStrength } from './strength'
import { startThemes } from './themes'
import { startTicks } from './ticks'
import { startToasts } from './toasts'
import { startTree } from './tree'
import { startZones } from './zones'

/** Going back asks the server: a page kept here was at times the one that was just left. */
htmx.config.historyCacheSize = 0
startRequests(document.body)
startThemes(document, localStorage)
startLanguages(document)
startMoments(document.body)
startZones(document)
startDialogs(document)
startMenus(document)
startTicks(document)
startToasts(document)
startTree(document)
startFrame(document)
startStrength(document)
startJump(document)
startKeys(document)
htmx.process(document.body)
