import { createElement } from 'preact'
import type { WidgetLanguage } from '../../shared/domain/language.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import noticeCss from '../ui/notice.css?raw'
import dialogCss from '../ui/notice-dialog.css?raw'
import { NoticeDialog } from '../ui/notice-dialog.tsx'
import noticePageCss from '../ui/notice-page.css?raw'
import { NoticePage, NoticeVersionsPage } from '../ui/notice-page.tsx'
import pageCss from '../ui/page.css?raw'
import type { ElementTree } from '../ui/tree.ts'
import { html } from './html.ts'
import { noticeDocument } from './notice-document.ts'
import { styles } from './styles.ts'
import { walkElement } from './walk.ts'

/** The notice in its three forms: over the owner's page, as a page without scripts, and the list of its versions. */
export function renderNotice(site: SiteConfiguration, language: WidgetLanguage) {
  const notice = noticeDocument(site, language)
  const { direction } = notice
  const css = styles(noticeCss + pageCss + noticePageCss, ':root', site.appearance)
  const page = { notice, css, languages: site.languages }
  const dialog: ElementTree = [
    'div',
    { class: 'assent-notice', lang: language, dir: direction },
    walkElement(createElement(NoticeDialog, { notice })),
  ]
  return {
    dialog,
    dialogCss: styles(noticeCss + dialogCss, '.assent-notice', site.appearance),
    page: html(walkElement(createElement(NoticePage, page))),
    versions: html(walkElement(createElement(NoticeVersionsPage, page))),
  }
}
