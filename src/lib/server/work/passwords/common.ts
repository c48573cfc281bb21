/**
 * Passwords that everybody tries first, without the digits and signs people put around them, in lower case. Those of
 * 12 characters and more are refused as they are; the shorter ones where nothing but digits and signs was added.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
	`
	password passw0rd passwort passwd pass passe passphrase passcode mypassword mypass newpassword oldpassword
	yourpassword thepassword apassword changeme changemenow changeit changethis default temporary temp temppass
	temppassword tempword secret topsecret mysecret secretsecret letmein letmeinnow letmeinplease letmein please welcome
	welcomeback welcomehome welcomeworld wellcome hello hellothere helloworld hellohello hellokitty hellodolly hallo
	goodbye goodmorning goodnight goodluck thankyou thankyouverymuch iloveyou iloveyousomuch iloveyoubaby iloveu
	iloveme ilovehim ilover iloveher ilovegod ilovejesus ilovemyself ilovemydog ilovemycat ilovemymum ilovemymom
	ilovemykids ilovemyfamily ilovelucy ihateyou ihatethis ihatepasswords ihateschool ihatework fuckyou fuckoff
	fuckthis fuckme admin administrator adminadmin administrador root rootroot toor superuser superadmin sysadmin
	system manager supervisor user username useruser guest guestguest test testtest testing testtesttest testpassword
	testuser tester demo demodemo example sample login loginlogin logmein signin signon access accessgranted
	nopassword nopass none nothing nothingness whatever whocares dontknow idontknow iforgot iforgotit forgotpassword
	forgetmenot rememberme remember master mastermaster masterkey monkey monkeymonkey dragon dragondragon dragonball
	dragonballz shadow shadowshadow sunshine sunshinesunshine sunflower sunflowers princess princessprincess
	football footballfootball footballer soccer baseball basketball basketballs hockey cricket rugby golfer golfing
	tennis volleyball superman batman batmanbatman spiderman ironman wolverine captainamerica avengers starwars
	starwarsstarwars startrek harrypotter hogwarts gryffindor pokemon pikachu minecraft fortnite callofduty playstation
	nintendo supermario michael jennifer jessica jordan michelle charlie charliecharlie andrew daniel danielle
	matthew joshua thomas robert george william richard nicole ashley amanda samantha elizabeth victoria alexander
	alexandra christopher christine christina stephanie anthony jonathan benjamin nicholas katherine catherine
	rebecca patrick charlotte isabella olivia emily sophie jasmine hannah lauren megan bethany abigail maggie
	barney buster bailey toffee ginger pepper cookie cookiemonster biscuit chocolate chocolatecake strawberry
	strawberries blueberry raspberry cherry banana bananas bananabanana orange oranges apple apples applepie
	pineapple cheese cheesecake cheeseburger hamburger pizza sausage pancakes icecream coffee coffeecoffee whisky
	chicken chickens chickennuggets butterfly butterflies dolphin dolphins elephant elephants penguin penguins tiger
	tigger lion kitten kittens kittycat pussycat puppy doggy doggie doggies hamster rabbit unicorn unicorns mermaid
	rainbow rainbows rainbowunicorn flower flowers daisy daisies purple purplerain yellow yellowsubmarine green blue
	blueblue black blackbird redred silver golden diamond diamonds crystal ocean oceans beach beachlife holiday
	holidays summer summertime summerholiday winter wintertime winteriscoming autumn autumnleaves spring springtime
	christmas christmastree merrychristmas happynewyear happychristmas birthday happybirthday halloween easter
	january february march april may june july august september october november december monday tuesday wednesday
	thursday friday fridaynight saturday saturdaynight sunday sundaymorning weekend weekday today tomorrow yesterday
	forever foreverandever foreveryoung foreveralone together always alwaysandforever never nevergiveup nevermind
	neversaynever believe believeinyourself dreams dreamer dreambig livelaughlove livelife liveandletlive carpediem
	hakunamatata supercalifragilisticexpialidocious abracadabra opensesame correcthorsebatterystaple tobeornottobe
	onceuponatime ohmygod jesuschrist jesusislord jesuslovesme jesussaves godisgood godislove godbless blessed
	trustnoone trustno trustgod freedom liberty justice peace peaceandlove loveandpeace love lovelove lovelovelove
	lovers loveyou loveyouforever lovely loveme lovebug truelove mylove mylovely family familyfirst myfamily mother
	father mummy daddy sister brother brothers grandma grandpa grandad nanny baby babygirl babyboy babybaby angel
	angels angelface sweet sweetheart sweetie sweetpea honey honeybee honeybear sugar beautiful beautifulgirl
	gorgeous handsome pretty sexy sexything bigboy badboy badgirl cowboy cowgirl cowboys gangster gangsta ninja
	ninjaninja samurai pirate pirates wizard warrior warriors hunter killer killerqueen assassin slayer metallica
	ironmaiden nirvana linkinpark onedirection justinbieber taylorswift beyonce michaeljackson elvispresley
	thebeatles queen princesspeach manchester manchesterunited manchestercity manunited mancity liverpool liverpoolfc
	younevewalkalone youllneverwalkalone ynwa chelsea chelseafc arsenal arsenalfc tottenham tottenhamhotspur spurs
	everton evertonfc newcastle newcastleunited sunderland leeds leedsunited westham westhamunited astonvilla
	leicester leicestercity nottingham nottinghamforest derbycounty sheffield sheffieldunited sheffieldwednesday
	wolves birmingham birminghamcity celtic rangers rangersfc glasgow glasgowrangers hibernian barcelona realmadrid
	juventus bayernmunich england englandengland scotland wales ireland britain unitedkingdom greatbritain london
	londonengland londonbridge bristol cardiff swansea edinburgh york yorkshire lancashire cornwall devon kent essex
	computer computers computing laptop internet website network security securitysecurity service server database
	windows microsoft google googlegoogle facebook instagram twitter youtube whatsapp amazon netflix samsung iphone
	android vodafone blackberry ferrari mercedes mustang corvette porsche lamborghini yamaha harley harleydavidson
	qwerty qwertyqwerty qwertyui qwertyuiop qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm asdf asdfasdf asdfasdfasdf
	asdfgh asdfghjkl asdfghjklqwertyuiop zxcvbn zxcvbnm zxcvbnmasdfghjkl qazwsx qazwsxedc qazwsxedcrfv qazwsxedcrfvtgb
	qweasd qweasdzxc qweasdqweasd qweqwe qweqweqwe azerty azertyuiop zaqxsw zaqwsx mnbvcxz poiuytrewq lkjhgfdsa
	abc abcd abcde abcdef abcabc abcdefg abcdefgh abcdefghi abcdefghij abcdefghijkl aaa aaaaaa xxxxxx zzzzzz
	council citycouncil countycouncil boroughcouncil localauthority socialwork socialworker socialworkers socialcare
	childrensocialcare childrens childrensservices childrenservices safeguarding safeguardingchildren childprotection
	childcare children teammanager supervision oversight headoffice reception training office officeoffice work
	workwork workplace mywork staff staffstaff employee nhs nhsengland hospital school schoolschool teacher university
	business company finance accounts payroll money moneymoney moneymoneymoney lottery million millionaire
	success successful winner winning champion champions legend legends superstar rockstar rockandroll hiphop music
	musicmusic guitar guitarist piano dancing dancer singing drummer photography football4life creative imagine
	inspiration mountain mountains sunset sunrise moonlight starlight stargazer stars galaxy universe planetearth
	jupiter mercury saturn phoenix thunder thunderbird lightning hurricane blizzard snowball snowflake snowman snow
	mypassword mypasswordis thisismypassword thisisapassword passwordispassword passwordpassword
	passwordpasswordpassword incorrect yourpasswordisincorrect wrongpassword strongpassword securepassword
	verysecure verysecurepassword supersecret supersecretpassword longpassword verylongpassword averylongpassword
	twelvecharacters atleasttwelve twelveletters goodpassword bestpassword easypassword simplepassword
	badpassword computerpassword workpassword adminpassword userpassword
	`
		.trim()
		.split(/\s+/)
);
