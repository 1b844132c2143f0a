import type { Locator } from 'playwright-core'

/** How a control is drawn, and what of it can be seen. */
export interface Look {
  readonly tag: string
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly font: string
  readonly border: string
  readonly fill: string
  readonly ink: string
  /** Contrast of its words with what is behind them, and of its fill with the banner's. */
  readonly contrast: number
  readonly against: number
  /** All of it is in the window, and nothing lies over its middle. */
  readonly isSeen: boolean
  readonly isInSentence: boolean
  readonly hasFocus: boolean
}

export const looksOf = (control: Locator): Promise<Look> =>
  control.evaluate(element => {
    const colour = (said: string): number[] => {
      const { context } = canvas
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = said
      context.fillRect(0, 0, 1, 1)
      return [...context.getImageData(0, 0, 1, 1).data]
    }
    const canvas = {
      context: document.createElement('canvas').getContext('2d', { willReadFrequently: true })!,
    }
    /** The first fill that can be seen, from here upwards. */
    const behind = (at: Element | null): number[] => {
      for (; at; at = at.parentElement) {
        const fill = colour(getComputedStyle(at).backgroundColor)
        if (fill[3]! > 0) return fill
      }
      return [255, 255, 255, 255]
    }
    // WCAG 2.2, relative luminance and contrast ratio.
    const luminance = ([r, g, b]: number[]): number => {
      const [x, y, z] = [r!, g!, b!].map(part => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      }) as [number, number, number]
      return 0.2126 * x + 0.7152 * y + 0.0722 * z
    }
    const ratio = (one: number[], other: number[]): number => {
      const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number]
      return (light + 0.05) / (dark + 0.05)
    }
    const { x, y, width, height } = element.getBoundingClientRect()
    const style = getComputedStyle(element)
    const fill = behind(element)
    return {
      tag: element.tagName,
      box: { x, y, width, height },
      font: [
        style.fontSize,
        style.fontWeight,
        style.fontFamily,
        style.fontStyle,
        style.textDecorationLine,
      ].join(' '),
      border: [style.borderTopWidth, style.borderTopStyle, style.borderTopColor, style.borderRadius].join(
        ' ',
      ),
      fill: style.backgroundColor,
      ink: style.color,
      contrast: ratio(colour(style.color), fill),
      against: ratio(fill, behind(element.closest('section, dialog'))),
      isSeen:
        x >= 0 &&
        y >= 0 &&
        x + width <= innerWidth + 0.5 &&
        y + height <= innerHeight + 0.5 &&
        document.elementFromPoint(x + width / 2, y + height / 2) === element,
      isInSentence: element.closest('p, li, td') !== null,
      hasFocus: document.activeElement === element,
    }
  })

/** Beside or below each other, without another control between. */
export const areNeighbours = (one: Look, other: Look): boolean =>
  Math.abs(one.box.y - other.box.y) < 1 || Math.abs(one.box.x - other.box.x) < 1

export const differsBy = (one: number, other: number): number => Math.abs(one - other) / Math.max(one, other)
