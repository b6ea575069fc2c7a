/** A question that must be answered before going on: `await ask({…})` gives the answer's name, or null. */
import { signal } from '@preact/signals'
import { Sheet } from './sheet'
import { t } from './words'

export interface Question {
  title: string
  text: string
  /** The first one is the recommended answer. */
  answers: { name: string; label: string; danger?: boolean }[]
}

interface Asked extends Question {
  settle: (answer: string | null) => void
}

const asked = signal<Asked | null>(null)

export function ask(question: Question): Promise<string | null> {
  asked.value?.settle(null)
  return new Promise((resolve) => {
    const settle = (answer: string | null) => {
      asked.value = null
      resolve(answer)
    }
    asked.value = { ...question, settle }
  })
}

export function Asking() {
  const question = asked.value
  if (!question) return null
  const tone = (index: number, danger?: boolean) => (index > 0 ? '' : danger ? 'danger' : 'primary')
  return (
    <Sheet title={question.title} onClose={() => question.settle(null)}>
      <p>{question.text}</p>
      <div class="stack close">
        {question.answers.map(({ name, label, danger }, index) => (
          <button key={name} type="button" class={`button wide ${tone(index, danger)}`} onClick={() => question.settle(name)}>
            {label}
          </button>
        ))}
        <button type="button" class="button quiet wide" onClick={() => question.settle(null)}>
          {t('floor.cancel')}
        </button>
      </div>
    </Sheet>
  )
}
