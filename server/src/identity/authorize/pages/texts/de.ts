import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const germanTexts: Texts = {
  signIn: {
    title: 'Anmelden',
    errorTitle: 'Fehler: Anmelden',
    asks: (client, account) => html`Melden Sie sich an, um zu ${client} (${account}) zu gelangen.`,
    username: 'Benutzername',
    password: 'Passwort',
    submit: 'Anmelden',
    wrong: {
      heading: 'Benutzername oder Passwort ist falsch',
      advice: 'Prüfen Sie den Benutzernamen und geben Sie das Passwort noch einmal ein.',
    },
    again: 'Bitte melden Sie sich noch einmal an, auch wenn Sie bereits angemeldet sind.',
    foreignAccount: (client, account) =>
      html`${client} steht nur Personen mit einem Benutzernamen von ${account} offen. Melden Sie sich mit einem solchen Benutzernamen an.`,
    anotherPerson: (client) =>
      html`${client} erwartet einen anderen Benutzernamen. Melden Sie sich mit dem Benutzernamen an, den Sie dort bisher verwendet haben.`,
    throttled: (when) => ({
      heading: 'Zu viele Versuche',
      advice: `Sie können es ${when} noch einmal versuchen.`,
    }),
    busy: (when) => ({
      heading: 'Im Moment melden sich sehr viele Personen an',
      advice: `Bitte versuchen Sie es ${when} noch einmal.`,
    }),
  },
  consent: {
    title: 'Zugriff erlauben?',
    asks: (client, account) => html`${client} (${account}) möchte Folgendes tun:`,
    scopes: {
      globalpci: 'sichere Sitzungen für Kartenzahlungen öffnen',
      'agents-availability:read': 'sehen, welche Agents verfügbar sind',
      'users:read': 'die Personen in Ihrem Konto sehen',
      'users:write': 'die Daten der Personen in Ihrem Konto ändern',
      'interaction-content:read': 'Aufzeichnungen von Interaktionen ansehen und anhören',
      'interaction-content:delete': 'Aufzeichnungen von Interaktionen löschen',
      'interactions:write': 'Interaktionen anlegen und ändern',
      stats: 'Statistiken Ihres Kontos sehen',
      'admin:read': 'die Einstellungen Ihres Kontos sehen',
      'admin:write': 'die Einstellungen Ihres Kontos ändern',
      openid: 'erfahren, wer Sie sind',
      profile: 'Ihren Namen und Ihren Benutzernamen sehen',
      offline_access: 'auch dann zugreifen, wenn Sie nicht angemeldet sind',
    },
    signedInAs: 'Angemeldet als',
    yourAccount: 'Ihr Konto',
    goesOnTo: 'Weiter zu',
    thisComputer: 'einem Programm auf diesem Computer',
    appOnThisDevice: 'einer App auf diesem Gerät',
    foreign: (client, account) =>
      html`${client} gehört nicht zu Ihrem Konto. Erlauben Sie den Zugriff nur, wenn Ihnen ${account} bekannt ist und Sie dem Unternehmen vertrauen.`,
    allow: 'Erlauben',
    deny: 'Ablehnen',
    switchUser: 'Das sind nicht Sie? Als andere Person anmelden',
  },
  signOut: {
    title: 'Abmelden?',
    asks: (client) => html`${client} möchte Sie abmelden.`,
    signedInAs: (person) => html`Sie sind als ${person} angemeldet.`,
    submit: 'Abmelden',
    stay: 'Wenn Sie angemeldet bleiben möchten, schließen Sie diese Seite.',
    done: {
      heading: 'Sie sind abgemeldet',
      advice:
        'Wenn andere diesen Computer benutzen, schließen Sie bitte auch die Anwendungen, die Sie benutzt haben.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'Unbekannte Anwendung',
      advice:
        'Die Anwendung ist nicht registriert oder wurde abgeschaltet. Bitte wenden Sie sich an den Support der Anwendung.',
    },
    'redirect-uri-not-registered': {
      heading: 'Bei dieser Anwendung können Sie sich nicht anmelden',
      advice:
        'Die Rücksprungadresse der Anwendung ist nicht registriert. Deshalb können wir Sie nicht dorthin zurückleiten. Bitte wenden Sie sich an den Support der Anwendung.',
    },
    'request-malformed': {
      heading: 'Diese Anfrage ist ungültig',
      advice:
        'Gehen Sie zurück zur Anwendung und beginnen Sie neu. Wenn das nicht hilft, wenden Sie sich an den Support der Anwendung.',
    },
    'form-expired': {
      heading: 'Diese Seite ist abgelaufen',
      advice:
        'Die Seite war zu lange geöffnet, oder Ihr Browser blockiert Cookies. Es wurde nichts geändert.',
    },
    'no-page-of-its-own': {
      heading: 'Unter dieser Adresse gibt es keine Seite',
      advice:
        'Diese Adresse ist nur ein Zwischenschritt der Anmeldung. Gehen Sie zurück zur Anwendung und beginnen Sie neu.',
    },
    internal: {
      heading: 'Bei uns ist etwas schiefgegangen',
      advice:
        'Bitte versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie dem Support diese Nummer:',
    },
  },
  startAgain: 'Neu beginnen',
}
