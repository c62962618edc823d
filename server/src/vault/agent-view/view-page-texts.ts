import type { Language } from '@tonegate/protocol/languages'

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
      heading: 'This payment has ended',
      advice: 'It has ended or does not exist. Start a new payment from your agent desktop.',
    },
    'tokens-refused': {
      heading: 'This page cannot be opened again',
      advice:
        'It has already been opened, or its access has expired. Open the payment again from your agent desktop.',
    },
    'view-closed': {
      heading: 'Your access to this payment has ended',
      advice:
        'The payment itself continues. Sign in again, and check its result before you start a new payment.',
    },
    'link-over': {
      heading: 'This link is no longer valid',
      advice: 'Ask for a new link where you got this one. If you have just paid, do not pay again.',
    },
    'our-fault': {
      heading: 'Something went wrong on our side',
      advice:
        'Try again in a moment. If a payment was under way, check its result first and do not pay again.',
    },
    'not-understood': {
      heading: 'This request could not be processed',
      advice:
        'Go back and try again. If a payment was under way, check its result first and do not pay again.',
    },
  },
  de: {
    'session-over': {
      heading: 'Diese Zahlung ist beendet',
      advice: 'Die Zahlung ist beendet oder existiert nicht. Starten Sie in Ihrem System eine neue Zahlung.',
    },
    'tokens-refused': {
      heading: 'Diese Seite lässt sich nicht noch einmal öffnen',
      advice:
        'Der Zugang wurde schon genutzt oder ist abgelaufen. Öffnen Sie die Zahlung in Ihrem System noch einmal.',
    },
    'view-closed': {
      heading: 'Ihr Zugang zu dieser Zahlung ist beendet',
      advice:
        'Die Zahlung selbst läuft weiter. Melden Sie sich neu an. Prüfen Sie das Ergebnis, bevor Sie eine neue Zahlung starten.',
    },
    'link-over': {
      heading: 'Dieser Link gilt nicht mehr',
      advice:
        'Bitte lassen Sie sich einen neuen schicken. Wenn Sie gerade gezahlt haben, zahlen Sie nicht noch einmal.',
    },
    'our-fault': {
      heading: 'Bei uns ist etwas schiefgegangen',
      advice:
        'Versuchen Sie es gleich noch einmal. Falls eine Zahlung lief, prüfen Sie zuerst ihr Ergebnis und zahlen Sie nicht noch einmal.',
    },
    'not-understood': {
      heading: 'Diese Anfrage konnte nicht verarbeitet werden',
      advice:
        'Gehen Sie zurück und versuchen Sie es noch einmal. Falls eine Zahlung lief, prüfen Sie zuerst ihr Ergebnis und zahlen Sie nicht noch einmal.',
    },
  },
  pl: {
    'session-over': {
      heading: 'Ta płatność jest zakończona',
      advice: 'Płatność zakończyła się albo nie istnieje. Proszę rozpocząć nową płatność w swoim systemie.',
    },
    'tokens-refused': {
      heading: 'Tej strony nie można otworzyć ponownie',
      advice:
        'Dostęp został już wykorzystany albo wygasł. Proszę jeszcze raz otworzyć płatność w swoim systemie.',
    },
    'view-closed': {
      heading: 'Dostęp do tej płatności wygasł',
      advice:
        'Sama płatność trwa dalej. Proszę zalogować się ponownie i sprawdzić jej wynik przed rozpoczęciem nowej płatności.',
    },
    'link-over': {
      heading: 'Ten link jest już nieważny',
      advice:
        'O nowy link prosimy zwrócić się tam, skąd przyszedł ten. Jeśli płatność została przed chwilą wykonana, prosimy nie płacić ponownie.',
    },
    'our-fault': {
      heading: 'Wystąpił błąd po naszej stronie',
      advice:
        'Proszę spróbować za chwilę. Jeśli płatność była w toku, proszę najpierw sprawdzić jej wynik i nie płacić ponownie.',
    },
    'not-understood': {
      heading: 'Nie udało się przetworzyć żądania',
      advice:
        'Proszę wrócić i spróbować jeszcze raz. Jeśli płatność była w toku, proszę najpierw sprawdzić jej wynik i nie płacić ponownie.',
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
    noScript: 'Diese Seite benötigt JavaScript.',
    openingAgain: 'Die Zahlung wird wieder geöffnet …',
  },
  pl: {
    title: 'Płatność kartą',
    noScript: 'Ta strona wymaga JavaScriptu.',
    openingAgain: 'Ponowne otwieranie płatności…',
  },
}
