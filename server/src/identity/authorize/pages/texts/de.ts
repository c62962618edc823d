import { html } from '../../../../http/html.ts'
import type { Texts } from './texts.ts'

export const germanTexts: Texts = {
  signIn: {
    title: 'Anmelden',
    errorTitle: 'Fehler: Anmelden',
    asks: (client, account) =>
      html`Melden Sie sich an, um zu ${client} zu gelangen, einer Anwendung von ${account}.`,
    username: 'Benutzername',
    password: 'Passwort',
    submit: 'Anmelden',
    wrong: {
      heading: 'Benutzername oder Passwort ist nicht richtig',
      advice: 'Prüfen Sie den Benutzernamen und geben Sie das Passwort noch einmal ein.',
    },
    again: 'Bitte geben Sie Benutzernamen und Passwort ein, auch wenn Sie bereits angemeldet sind.',
    foreignAccount: (client, account) =>
      html`${client} steht nur Benutzern von ${account} offen. Melden Sie sich mit einem Benutzernamen dieses Kontos an.`,
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
    asks: (client, account) => html`${client}, eine Anwendung von ${account}, möchte Folgendes tun:`,
    scopes: {
      globalpci: 'sichere Sitzungen für Kartenzahlungen öffnen',
      'agents-availability:read': 'sehen, welche Agenten verfügbar sind',
      'users:read': 'die Benutzer Ihres Kontos sehen',
      'users:write': 'die Benutzer Ihres Kontos ändern',
      'interaction-content:read': 'Aufzeichnungen von Interaktionen ansehen und anhören',
      'interaction-content:delete': 'Aufzeichnungen von Interaktionen löschen',
      'interactions:write': 'Interaktionen anlegen und ändern',
      stats: 'Statistiken Ihres Kontos sehen',
      'admin:read': 'die Einstellungen Ihres Kontos sehen',
      'admin:write': 'die Einstellungen Ihres Kontos ändern',
      openid: 'erfahren, wer Sie sind',
      profile: 'Ihren Namen und Ihren Benutzernamen sehen',
      offline_access: 'diesen Zugriff auch in Ihrer Abwesenheit behalten',
    },
    signedInAs: 'Angemeldet als',
    yourAccount: 'Ihr Konto',
    goesOnTo: 'Weiter zu',
    thisComputer: 'einem Programm auf diesem Computer',
    appOnThisDevice: 'einer App auf diesem Gerät',
    foreign: (client, account) =>
      html`${client} gehört nicht zu Ihrem Konto. Erlauben Sie den Zugriff nur, wenn Ihnen ${account} bekannt ist und Sie dem Unternehmen vertrauen.`,
    allow: 'Erlauben',
    deny: 'Nicht erlauben',
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
        'Wenn auch andere diesen Computer benutzen, schließen Sie bitte zusätzlich die Anwendungen, mit denen Sie gearbeitet haben.',
    },
  },
  errors: {
    'unknown-client': {
      heading: 'Diese Anwendung ist hier nicht bekannt',
      advice:
        'Sie ist nicht registriert oder wurde abgeschaltet. Bitte wenden Sie sich an die Betreuer der Anwendung.',
    },
    'redirect-uri-not-registered': {
      heading: 'Bei dieser Anwendung können Sie sich nicht anmelden',
      advice:
        'Die Antwort soll an eine Adresse gehen, die für die Anwendung nicht registriert ist. Deshalb wird nichts dorthin gesendet. Bitte wenden Sie sich an die Betreuer der Anwendung.',
    },
    'request-malformed': {
      heading: 'Diese Anfrage war nicht verständlich',
      advice:
        'Gehen Sie zurück zur Anwendung und beginnen Sie von vorn. Wenn das nicht hilft, wenden Sie sich an die Betreuer der Anwendung.',
    },
    'form-expired': {
      heading: 'Diese Seite ist nicht mehr aktuell',
      advice: 'Sie war zu lange geöffnet, oder Ihr Browser speichert keine Cookies. Es ist nichts geschehen.',
    },
    'no-page-of-its-own': {
      heading: 'Hier gibt es nichts zu sehen',
      advice:
        'Diese Adresse ist nur ein Zwischenschritt. Gehen Sie zurück zur Anwendung und beginnen Sie von vorn.',
    },
    internal: {
      heading: 'Bei uns ist etwas schiefgegangen',
      advice:
        'Bitte versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie uns diese Nummer:',
    },
  },
  startAgain: 'Von vorn beginnen',
}
