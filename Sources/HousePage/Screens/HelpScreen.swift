/// What each word means, the cable, the mode standard, the home screen, the read API.
struct HelpScreen {
    let frame: Frame
    /// The address at which the page was asked for, to be read to others.
    let address: String

    private var language: Language { frame.language }

    var page: Markup {
        frame.page(.help, language == .french ? french : english)
    }

    private func terms(_ pairs: [(String, String)]) -> Markup {
        let items = pairs.map { term, meaning -> Markup in "<dt>\(term)</dt><dd>\(meaning)</dd>" }
        return "<dl>\(items)</dl>"
    }

    private var french: Markup {
        """
        <section class="card"><h2>Cette page</h2><p>Son adresse est <b>http://\(address)/</b> : écrivez « http:// » devant, car sans cela \
        certains navigateurs cherchent sur Internet. Rien ne sort de chez vous.</p>\
        <p><b>iPhone, iPad :</b> Partager, puis « Sur l'écran d'accueil ». <b>Android :</b> menu ⋮, puis « Ajouter à l'écran d'accueil ». \
        <b>Tablette au mur :</b> <a href="/?mur=1">cette page sans menu</a> ; réglez l'écran « toujours allumé » dans la tablette.</p></section>\
        <section class="card"><h2>Les mots</h2>\(terms([
            ("Soutirage, acheté", "L'électricité que vous prenez au réseau."),
            ("Injection, injecté", "Celle que vous donnez ou vendez au réseau."),
            ("Pour vous (autoconsommation)", "La part de votre production que la maison a utilisée."),
            ("Autonomie", "La part de votre consommation qui ne vient pas du réseau."),
            ("Puissance souscrite", "Ce que votre contrat permet de prendre à la fois ; au-delà, le Linky coupe."),
            ("Heures creuses, heures pleines", "Les heures où le kWh est moins cher, et les autres."),
            ("Tempo", "Un contrat où chaque jour a une couleur : bleu bon marché, blanc moyen, rouge très cher de 6 h à 22 h."),
            ("Tension", "Elle doit rester entre 207 et 253 V. Les sorties sont notées dans les événements."),
            ("Coût", "Énergie achetée et abonnement, moins la vente du surplus, aux prix de la configuration."),
            ("vu à 14:02", "Un compteur ne répond plus : le chiffre grisé est le dernier connu."),
            ("Pas de soutirage", "Vous ne prenez rien au réseau ; un Linky en mode historique ne dit pas si vous lui donnez."),
            ("il manque 2 jours", "La somme n'a pas ces jours : un compteur n'y a rien dit, ou n'était pas encore là."),
        ]))</section>\
        <section class="card" id="standard"><h2>Linky : câble et mode standard</h2><p>Deux fils relient les bornes I1 et I2 de la prise TIC du Linky au \
        boîtier, dans n'importe quel sens. Le compteur sort de l'usine en mode historique, qui ne dit ni la tension ni l'injection. \
        Demandez à votre fournisseur le « mode TIC standard » : c'est gratuit, à distance, en quelques jours. Le boîtier le reconnaît tout seul.</p></section>\
        <section class="card"><h2>Si quelque chose manque</h2><p>Un compteur « en retard » : vérifiez son câble et son alimentation ; \
        la page <a href="/sante">Santé</a> dit ce que le boîtier a vu. Sur le boîtier, <code>boxenergie doctor</code> cherche la cause.</p></section>\
        <section class="card"><h2>Pour les programmes</h2>\(api)</section>
        """
    }

    private var english: Markup {
        """
        <section class="card"><h2>This page</h2><p>Its address is <b>http://\(address)/</b>, with “http://” before it. Nothing leaves your house.</p>\
        <p><b>iPhone, iPad:</b> Share, then “Add to Home Screen”. <b>Android:</b> menu ⋮, then “Add to Home screen”. \
        <b>Tablet on a wall:</b> <a href="/?mur=1">this page without its menu</a>.</p></section>\
        <section class="card"><h2>Words</h2>\(terms([
            ("Drawn, bought", "Electricity that you take from the grid."),
            ("Injected", "Electricity that you give or sell to the grid."),
            ("For you", "The part of your production that the house used."),
            ("Independence", "The part of your consumption that did not come from the grid."),
            ("Subscribed power", "What your contract lets you take at once; beyond it the Linky opens."),
            ("Off-peak hours, peak hours", "The hours in which a kWh is cheaper, and the others."),
            ("Tempo", "A contract with a colour for each day: blue cheap, white medium, red dear from 06:00 to 22:00."),
            ("Voltage", "It must stay between 207 and 253 V. When it did not is among the events."),
            ("Cost", "Energy bought and subscription without the surplus sold, at the prices of the configuration."),
            ("seen at 14:02", "A meter does not answer: the grey figure is the last one known."),
            ("Nothing drawn", "You take nothing from the grid; a Linky in mode historique does not say whether you give."),
            ("2 days are missing", "The sum is without them: a meter said nothing then, or was not there yet."),
        ]))</section>\
        <section class="card" id="standard"><h2>Linky: cable and mode standard</h2><p>Two wires from I1 and I2 of the Linky's TIC socket to the box, either \
        way round. The mode historique tells neither voltage nor injection. Ask your supplier for “mode TIC standard”: it is free and done from \
        afar. The box notices by itself.</p></section>\
        <section class="card"><h2>If something is missing</h2><p>A meter that is “late”: check its cable and its supply; the page \
        <a href="/sante">Health</a> tells what the box saw. On the box, <code>boxenergie doctor</code> looks for the cause.</p></section>\
        <section class="card"><h2>For programs</h2>\(api)</section>
        """
    }

    private var api: Markup {
        let rows: [(String, String)] = [
            (
                "/api/now",
                language(
                    "l'état de la maison en JSON ; puissances en W, énergies en Wh",
                    "the state of the house as JSON; powers in W, energies in Wh"
                )
            ),
            (
                "/api/days?from=2026-01-01&to=2026-01-31",
                language(
                    "les jours en JSON, énergies en Wh et montants en € ; avec &format=csv pour Excel ou LibreOffice en français, "
                        + "en kWh et €, avec points-virgules et virgules décimales, ou avec &lang=en virgules et points",
                    "the days as JSON, energies in Wh and amounts in €; with &format=csv for a spreadsheet, in kWh and €, with "
                        + "commas and decimal points, or with &lang=fr semicolons and decimal commas as Excel in French takes them"
                )
            ),
            ("/health", language("« ok » tant que le boîtier tourne", "“ok” while the box runs")),
        ]
        let items = rows.map { path, meaning -> Markup in
            "<dt><a href=\"\(path)\"><code>\(path)</code></a></dt><dd>\(meaning)</dd>"
        }
        return "<dl>\(items)</dl>"
    }
}
