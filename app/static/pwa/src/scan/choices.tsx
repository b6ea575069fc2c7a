/** Several codes in one picture: outlined and numbered there, listed below, one tap takes one. */
import { detailsOf, formatName, readingOf, titleOf } from './describe'
import { middleOf, type Sighting } from './sighting'

interface ChoicesProps {
  sightings: readonly Sighting[]
  onPick: (sighting: Sighting) => void
}

interface OutlinesProps extends ChoicesProps {
  width: number
  height: number
  /** Whether the picture fills its frame (and is cut) or stands in it whole. */
  fills: boolean
}

/** The outlines, laid over the picture; the list below is what keyboards and screen readers use. */
export function Outlines({ sightings, onPick, width, height, fills }: OutlinesProps) {
  const size = Math.max(width, height) / 26
  const fit = `xMidYMid ${fills ? 'slice' : 'meet'}`
  return (
    <svg class="scan-outlines" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio={fit} aria-hidden="true">
      {sightings.map((sighting, place) => {
        const middle = middleOf(sighting)
        return (
          <g key={place} class="scan-outline" onClick={() => onPick(sighting)}>
            <polygon points={sighting.corners.map(({ x, y }) => `${x},${y}`).join(' ')} />
            <circle cx={middle.x} cy={middle.y} r={size} />
            <text x={middle.x} y={middle.y} font-size={size * 1.2} dy="0.36em">{place + 1}</text>
          </g>
        )
      })}
    </svg>
  )
}

export function ChoiceList({ sightings, onPick }: ChoicesProps) {
  return (
    <ol class="scan-choices">
      {sightings.map((sighting, place) => {
        const reading = readingOf(sighting)
        return (
          <li key={place}>
            <button type="button" class="scan-choice" onClick={() => onPick(sighting)}>
              <span class="scan-number">{place + 1}</span>
              <span class="scan-choice-text">
                <strong class="code">{titleOf(reading)}</strong>
                <span class="soft">{[formatName(sighting), detailsOf(reading)].filter(Boolean).join(' · ')}</span>
              </span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
