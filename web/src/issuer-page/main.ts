import './issuer-page.css'

const form = document.getElementById('back')
if (form instanceof HTMLFormElement) form.submit()
