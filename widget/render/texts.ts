import { offeredOf } from '../../shared/domain/check-decision.ts'
import type { WidgetLanguage } from '../../shared/domain/language.ts'
import type { Purpose, SiteConfiguration } from '../../shared/domain/site.ts'
import type { BannerTexts } from '../ui/banner.tsx'
import type { EmbedTexts } from '../ui/embed-placeholder.tsx'
import { fill, list } from '../ui/words.ts'
import { wordsOf } from './languages.ts'

/** The banner's words. An owner may replace the sentence, but who asks, for what, and that it can be changed stay. */
export function bannerTexts(site: SiteConfiguration, language: WidgetLanguage): BannerTexts {
  const words = wordsOf(language)
  const say = (template: string, purposes: readonly Purpose[]): string =>
    fill(
      template,
      {
        controller: site.controller.name,
        purposes: list(
          purposes.map(p => p.name[language]!),
          language,
        ),
        control: words.control,
        accept: words.accept,
      },
      language,
    )
  const optional = optionalPurposes(site)
  const covered = optional.filter(p => p.gpc)
  const own = site.banner.text?.[language]
  return {
    title: site.banner.title?.[language] ?? words.title,
    text: own ? `${own} ${say(words.asks, optional)}` : say(words.text, optional),
    change: say(words.change, []),
    notice: words.privacyNotice,
    noticePage: `notice.${language}.html`,
    ...(covered.length > 0 ? { gpc: say(words.gpc, covered) } : {}),
    accept: words.accept,
    reject: words.reject,
    choose: words.choose,
  }
}

export function embedTexts(site: SiteConfiguration, language: WidgetLanguage): EmbedTexts {
  const words = wordsOf(language)
  const name = (id: string): string => site.purposes.find(p => p.id === id)!.name[language]!
  return {
    services: site.services
      .filter(s => s.hosts.length > 0)
      .map(({ id, hosts, name: service, provider, purpose, approval }) => {
        const approved = approval.state === 'approved'
        const values = {
          service,
          provider,
          hosts: hosts.join(', '),
          purpose: name(purpose),
          controller: site.controller.name,
        }
        return {
          id,
          hosts,
          approved,
          title: fill(words.embedTitle, values, language),
          text: fill(approved ? words.embedText : words.embedNever, values, language),
        }
      }),
    allow: Object.fromEntries(
      optionalPurposes(site).map(p => [
        p.id,
        fill(words.embedAllow, { purpose: p.name[language]! }, language),
      ]),
    ),
    once: words.embedOnce,
    titleOther: words.embedTitleOther,
    textOther: words.embedTextOther,
    choose: words.choose,
  }
}

const optionalPurposes = (site: SiteConfiguration): Purpose[] =>
  offeredOf(site.purposes)
    .filter(offered => !offered.required)
    .map(offered => site.purposes.find(p => p.id === offered.id)!)
