import type { Language } from '../base/languages.ts'

interface MessageText {
  readonly heading: string
  readonly advice: string
}

type ErrorPage =
  | 'session-over'
  | 'tokens-refused'
  | 'view-closed'
  | 'link-over'
  | 'our-fault'
  | 'not-understood'

/** The pages that stand where another cannot be shown. */
export const errorPageTexts: Readonly<Record<Language, Readonly<Record<ErrorPage, MessageText>>>> = {
  en: {
    'session-over': {
      heading: 'This payment session is over',
      advice: 'It has ended, or it never existed. Start a new payment from your desktop.',
    },
    'tokens-refused': {
      heading: 'This page cannot be opened again',
      advice: 'Its access has been used or has run out. Open the payment from your desktop once more.',
    },
    'view-closed': {
      heading: 'Your access to this payment has ended',
      advice:
        'The payment itself goes on. If you should still have access, sign in again and start a new one.',
    },
    'link-over': {
      heading: 'This link has ended',
      advice: 'Ask the agent for a new one. If you have just paid, do not pay again.',
    },
    'our-fault': {
      heading: 'Something went wrong on our side',
      advice: 'Try once more in a moment. If you were paying, ask the agent first how it ended.',
    },
    'not-understood': {
      heading: 'This request was not understood',
      advice: 'Go back and try once more. If that does not help, ask the agent.',
    },
  },
  de: {
    'session-over': {
      heading: 'Diese Zahlungssitzung ist beendet',
      advice: 'Sie ist zu Ende oder hat nie bestanden. Starten Sie in Ihrem System eine neue Zahlung.',
    },
    'tokens-refused': {
      heading: 'Diese Seite lässt sich nicht noch einmal öffnen',
      advice:
        'Der Zugang wurde schon genutzt oder ist abgelaufen. Öffnen Sie die Zahlung in Ihrem System noch einmal.',
    },
    'view-closed': {
      heading: 'Ihr Zugang zu dieser Zahlung ist beendet',
      advice:
        'Die Zahlung selbst läuft weiter. Wenn Sie weiter Zugang haben sollten, melden Sie sich neu an und starten Sie eine neue.',
    },
    'link-over': {
      heading: 'Dieser Link gilt nicht mehr',
      advice: 'Bitten Sie um einen neuen. Wenn Sie gerade bezahlt haben, zahlen Sie bitte nicht noch einmal.',
    },
    'our-fault': {
      heading: 'Bei uns ist etwas schiefgegangen',
      advice:
        'Versuchen Sie es gleich noch einmal. Wenn Sie gerade bezahlt haben, fragen Sie zuerst nach, wie es ausgegangen ist.',
    },
    'not-understood': {
      heading: 'Diese Anfrage war nicht verständlich',
      advice: 'Gehen Sie zurück und versuchen Sie es noch einmal. Hilft das nicht, fragen Sie bitte nach.',
    },
  },
  pl: {
    'session-over': {
      heading: 'Ta sesja płatności jest zakończona',
      advice:
        'Sesja dobiegła końca albo nigdy nie istniała. Proszę rozpocząć nową płatność w swoim systemie.',
    },
    'tokens-refused': {
      heading: 'Tej strony nie można otworzyć ponownie',
      advice:
        'Dostęp został już wykorzystany albo wygasł. Proszę jeszcze raz otworzyć płatność w swoim systemie.',
    },
    'view-closed': {
      heading: 'Dostęp do tej płatności wygasł',
      advice:
        'Sama płatność trwa dalej. Jeśli dostęp nadal się należy, proszę zalogować się ponownie i rozpocząć nową.',
    },
    'link-over': {
      heading: 'Ten link jest już nieważny',
      advice:
        'Proszę poprosić konsultanta o nowy. Jeśli płatność została przed chwilą wykonana, proszę nie płacić ponownie.',
    },
    'our-fault': {
      heading: 'Wystąpił błąd po naszej stronie',
      advice:
        'Proszę spróbować za chwilę. W trakcie płatności proszę najpierw zapytać konsultanta, jak się zakończyła.',
    },
    'not-understood': {
      heading: 'To żądanie jest niezrozumiałe',
      advice: 'Proszę wrócić i spróbować jeszcze raz. Jeśli to nie pomoże, proszę zapytać konsultanta.',
    },
  },
}

interface ViewPageTexts {
  readonly title: string
  readonly noScript: string
  readonly openingAgain: string
}

/** What stands in the agent view's document before its script runs. */
export const viewPageTexts: Readonly<Record<Language, ViewPageTexts>> = {
  en: {
    title: 'Card payment',
    noScript: 'This page needs JavaScript.',
    openingAgain: 'Opening the payment again…',
  },
  de: {
    title: 'Kartenzahlung',
    noScript: 'Diese Seite braucht JavaScript.',
    openingAgain: 'Die Zahlung wird wieder geöffnet…',
  },
  pl: {
    title: 'Płatność kartą',
    noScript: 'Ta strona wymaga JavaScriptu.',
    openingAgain: 'Trwa ponowne otwieranie płatności…',
  },
}
