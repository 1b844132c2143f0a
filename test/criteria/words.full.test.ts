import { WIDGET_LANGUAGES } from '../../shared/domain/language.ts'
import { toolsKnow } from './known-words.ts'

toolsKnow(WIDGET_LANGUAGES)
