import { languages } from '@tonegate/protocol/languages'
import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { Texts } from './texts.ts'

const names = { en: 'English', de: 'Deutsch', pl: 'Polski' } as const

export function PageHeader({ texts, data }: { readonly texts: Texts; readonly data: SimulatorPageData }) {
  return (
    <header>
      <div>
        <p class="product">
          Tonegate <span>sandbox, {data.region}</span>
        </p>
        <h1>{texts.title}</h1>
        <p class="intro">{texts.intro}</p>
      </div>
      <div class="ways">
        <a href="/docs/" hreflang="en">
          {texts.documentation}
        </a>
        <a href="/sandbox/reference">{texts.reference}</a>
        <nav aria-label={texts.language}>
          {languages.map((language) => (
            <a
              key={language}
              href={`?language=${language}`}
              lang={language}
              {...(language === data.language && { 'aria-current': 'page' as const })}
            >
              {names[language]}
            </a>
          ))}
        </nav>
      </div>
    </header>
  )
}
