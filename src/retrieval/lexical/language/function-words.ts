/**
 * The commonest words of languages that share their script with others, in lower case and NFC, by BCP 47 language:
 * articles, pronouns, prepositions, conjunctions, auxiliaries. They are a third of most running text and tell
 * languages apart after some ten words (Grefenstette, Comparing two language identification schemes, 1995).
 */
export const functionWords: Readonly<Record<string, ReadonlySet<string>>> = {
  af: words(`die het en van in is 'n nie te wat dit vir met hy sy as op om aan was ek deur sal kan word ook na by maar
    hulle ons jy uit oor daar hierdie tot dat nog haar sou een toe ander geen of elke mag sonder hierdie deel word onder enige beskerming hê moet word daarvan sodanige so`),
  ca: words(`de la i el que a en els les per un una del amb es no al és dels va se són com més l'any aquest aquesta seva
    seu però també o han ser entre havia fou ha hi ho sobre des molt on quan dos uns ens això tots hem`),
  cs: words(`a v se na je že o s z do i to k ve pro za by ale si po jako od které který která jsou jsem bylo byl byla
    také nebo však jeho jejich této tento být už až při než mezi podle který ze co má jen ještě když není aby roku jsme`),
  da: words(`og i at er en det som til af de på med for den der han et var har ikke fra blev om men ved også efter eller
    jeg sig kan vi havde hun år være nogle hvor når mellem bliver skal mod deres hans havde vil hvad meget mere uden enhver sådan nogen samt disse hvert dette deraf hvis måtte dog selv igen flere få havde da denne nye selv sin andre begge alle hvor over noget hendes dens således derfor inden gennem`),
  de: words(`der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er
    hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis
    mehr durch man sein wurde wenn ich wir kann diese dieser unter seine was ihre wurden zwischen keine`),
  en: words(`the of and to in a is that for it was on as with be by at from are this or an which not have had but his
    they were he you we has their been its can will would there more one when if who what all her she may also into
    than other these some no how only such where between about through during`),
  es: words(`de la que el en y a los del se las por un para con no una su al es lo como más o pero sus le ha me si sin
    sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo
    han yo hay vez puede todos así nos ni parte tiene él uno donde esto ese eso estos`),
  et: words(`ja on et ei oli mis see ka kui oma ta või aga selle ning siis kes nii ma mida seda pärast välja üks nad
    kuid sest tema ole olid veel juba ainult väga mitte nende ning kas kuni need siin peab saab iga meie`),
  eu: words(`eta da du bat ez ere dira izan zen baina hau egin dute zuen beste duen hori den bere ziren edo izango
    dituzte oso bi zuten dela horrek gure baten behar guztiak egiten dago arte haien izateko eskubidea gizon dituen daude guzti berdin inork edota dagoen ditu zuen nahiz arabera bezala baita`),
  fi: words(`ja on ei että se oli hän joka mutta ovat kun niin myös sen ole tai kuin jos hänen joita olla jotka sekä
    siitä vain voi mukaan he ne tämä jo nyt mitä vielä tämän olivat minä mikä kanssa ollut joka tulee asti ennen
    koska itse sitä jonka sitten noin enää hyvin kaikki jokaisella hänellä tahi taikka siihen oman joihin näiden ilman tulisi tässä niiden muiden joiden myöskään kunkin sitä kukaan heidän hänet hänelle siinä voidaan`),
  fr: words(`de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son ou
    ses aux cette mais comme on lui nous sa ils été elle était leur ont être deux tout fait ces même aussi entre sans
    dont si bien peut où après je vous encore très`),
  ga: words(`an na a agus i is ar ag go bhí le tá sé do ach sin nach ní seo de mar bhfuil ó as raibh siad chun faoi
    leis féin aige iad sí mé tú gach um cé dá atá acu againn nó duine ceart`),
  hr: words(`i u je se na da za su od s što o bi koji kao ne to koja ili iz a po te kako do nije biti bio samo koje
    godine njegova ali također između nakon bila sve prema ima li već još jer tijekom budući će svatko pravo ovo on`),
  hu: words(`a az és hogy nem is egy volt ezt csak meg de mint ez azt vagy még ki el már mert amely minden van után
    lehet kell ha sem pedig voltak akkor aki nagyon ennek szerint között majd sok két illetve fel ő annak egyik`),
  id: words(`yang dan di dengan untuk pada dari dalam ini itu adalah tidak ke oleh sebagai atau akan juga telah dapat
    mereka ada karena bahwa lebih saya seperti menjadi tersebut ia kepada secara antara kami setelah bisa orang satu
    namun lain hanya kita setiap oleh para`),
  it: words(`di e il la che in a per un è del una della con non i da le si al dei sono come alla più anche ha dal nel
    delle gli lo ma su o nella era se suo ai cui sua questo stato fu essere dell'anno tra hanno stata loro due ed
    dalla degli questa sia quando molto ci fra anni l'uomo dopo`),
  lt: words(`ir yra kad į iš buvo su ar o kaip bet tai už nuo jo apie prie jis metų taip jų ne po per kurie kuris jau
    dėl pagal arba tik turi bus būti ji ją savo metais visi labai kai todėl nei`),
  lv: words(`un ir no uz ar par tas kas ka kā tika bija vai bet pēc gada ko tā to viņš lai pie savu arī līdz nav šo tiek
    kurš tikai jo gan pret ne tādēļ starp būt var katram`),
  nl: words(`de van het een en in is dat op te zijn met voor niet aan die er om was als ook door bij naar uit worden
    wordt werd maar hij ze dan nog heeft of tot over zich meer deze zou had kan hebben haar hun geen onder wel tussen
    veel tegen dit na al men toen ik wat alle zoals`),
  no: words(`og i det er på til som en av for at med de den har ikke han fra et var om ble men seg også kan vi etter ved
    hun eller sin jeg skal være år når mellom hadde noen hva mot da over vil bare andre enn mer hvor opp nå blir
    begge uten alle slik enhver noe dette hvis hvert disse selv igjen flere få nye denne sitt sine da hennes`),
  pl: words(`w i na z do się że nie to jest o jak po przez od dla za oraz co ale przy jego lub są tym który która które
    tak był było była być tego ze może już tylko jej także czy a ich roku go między jako bez może pod jednak każdy
    przed gdy`),
  pt: words(`de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou
    quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos são foi seus quem nas me esse
    eles você essa num nem suas meu às ser era há está foram pode`),
  ro: words(`de și în a la cu care pe din o un nu este că pentru mai se al fost sau prin ca ce lui sunt dar după au ale
    fi cele sale cel într o lor unei unui această acest au avea până între doar era fie dacă foarte când s-a prea
    orice omului să îi`),
  sk: words(`a v sa na je že o s z do aj to k vo pre za by ale si po ako od ktoré ktorý ktorá sú som bolo bol bola tiež
    alebo však jeho ich tejto tento byť už až pri než medzi podľa zo čo má len ešte keď nie aby roku sme každý má`),
  sl: words(`in je v na se za so da ki z s bi o pa kot ne od ali po do tudi ter iz to še ni pri kako ima lahko bil bila
    bilo med leta njegov ko ker več vsak vse pravico če biti nad kot kar svojih`),
  sq: words(`të e në dhe i për një me që nga është nuk se si më do ka por këtë ishte u kjo ai tij ky duke kanë mund prej
    pas edhe tyre kur ose ndaj çdo vetëm janë kishte`),
  sv: words(`och i att det som en på är av för med till den har de inte om ett han men var jag från sig så kan vid man
    när eller efter hade nu över bara sin också skulle där blev än vara mycket ut andra ska mellan dessa finns även
    under mot två blir vi varje utan`),
  sw: words(`ya na wa kwa ni katika za la kuwa hii au kama cha huo yake wake kila mtu huyo hiyo ili bila pia ambayo
    ambao watu hata si lakini baada sana kutoka vya mwaka ana haki hizo yote`),
  tl: words(`ang ng sa na mga at ay ito para hindi siya nang kung may o isang ni bilang kanyang mula niya ko mo ba pa
    kaya rin lamang nito kanilang sila bawat dapat lahat walang`),
  tr: words(`ve bir bu da de için ile olarak çok daha olan gibi en kadar sonra ne var ancak o her ya ise mi hem olduğu
    veya yıl göre değil tarafından ama iki kendi tüm bütün şu oldu onun ilk olduğunu diye üzere arasında ki dir`),
  vi: words(`và của là có được trong cho một không với các người những để này đã khi từ ra ở đến về như cũng tại vào
    năm nhiều hay hoặc theo sự mà bị thì phải nhưng còn trên mọi quyền đó sẽ bằng`),

  be: words(`і у на не што з да ў як для ад якія які гэта была быў яго але іх па таксама каб а або яны ён за пра гэтым
    яна было яе кожны мае без`),
  bg: words(`на и в да за е от се с не са по като а до че при му си но ще или той който които като които тя бе след му
    това има им много беше през върху без само най още към има един една всеки право`),
  mk: words(`на и во да се од за е со не ги го што по како како или кој која кои биде тој беше врз при ќе но ја исто
    меѓу сите според овие секој има право треба`),
  ru: words(`и в не на что с по как к из он а это за от у его для но о все так же был до было бы или то мы при они была
    только которые она который ее их после также если может были во со том под уже чтобы этого году где без ещё когда
    более есть человек каждый имеет`),
  sr: words(`и у је се на да за су од са што о би који као не то која или из а по те како до није бити био само које
    године његова али такође између након била све према има већ још јер свако право ће`),
  uk: words(`і в на у не що з до та як за це від він для але й або про його є був які який по із також була було вони
    вона їх ще може після так бути між через яка під коли її щоб ці при тільки всі року де без кожна людина має`),

  ar: words(`في من على إلى أن عن مع هذا هذه التي الذي كان ما لا أو كل بعد بين لم قد كما ذلك هو هي وقد تم عند كانت حيث ثم
    وفي ومن لكن حتى قبل إن غير أي له منذ لكل`),
  fa: words(`و در به از که این را با است برای آن یک شود شده خود بر هم می تا نیز کرد بود اما هر های ها او باید شد کند
    دارد یا اند حق هیچ`),
  ur: words(`کے میں کی ہے اور سے کا کو اس نے ہیں کہ پر بھی ایک یہ تھا ان کر تھے لیے گیا ہو وہ جو تھی یا نہیں اپنے کیا
    ہر شخص حق`),

  hi: words(`के में की है और से का को कि एक पर ने यह हैं इस लिए भी नहीं कर था जो ही तो या हो गया साथ थे वह थी किया अपने
    रूप बाद तक जाता कुछ`),
  mr: words(`आणि आहे या व च्या ते एक हा ही हे नाही असे होते तर केली होता करण्यात आहेत म्हणून झाला मध्ये त्या किंवा प्रत्येक
    असून अधिकार त्याला आपल्या किंवा कोणत्याही अशा यांच्या सर्व तसेच व त्याच्या यांना पाहिजे येईल मिळण्याचा`),
  ne: words(
    `को छ र मा का ले गर्ने पनि भएको यो हो गरेको छन् एक थियो गर्न लाई बाट हुने वा भने तथा प्रत्येक छैन त्यो हरेक व्यक्तिलाई छन् सबै आफ्नो हुनेछ कुनै गरी अनि यस जुन हुन गर्दा`,
  ),
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/))
}
